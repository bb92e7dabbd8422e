-- Whose institutions a preferential policy is limited to, and which kind of office gives it.

-- public | private | mixed; '' for any
alter table benefit add column ownership TEXT not null default '';
-- kind of a unit, such as taxation; '' where the text does not say
alter table benefit add column office TEXT not null default '';
