module secretbridge.lab/served

go 1.24.0
