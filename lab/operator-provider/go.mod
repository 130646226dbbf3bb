module secretbridge.lab/operator-provider

go 1.24.0

require secretbridge.lab/served v0.0.0

replace secretbridge.lab/served => ../served
