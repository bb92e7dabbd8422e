-- A place that is typed by its name is found without reading the table.
create index place_span_name on place_span (name, from_day);
