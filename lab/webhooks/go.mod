module secretbridge.lab/webhooks

go 1.24.0

require secretbridge.lab/document v0.0.0

require sigs.k8s.io/yaml v1.4.0 // indirect

replace secretbridge.lab/document => ../document
