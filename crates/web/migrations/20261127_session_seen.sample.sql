update session set seen = 1, address = '127.0.0.1', agent = 'sample' where digest = '0a';
