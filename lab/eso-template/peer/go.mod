module peer

go 1.23.1
