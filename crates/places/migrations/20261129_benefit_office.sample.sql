update benefit set ownership = 'private', office = 'education' where id = 'b1';
