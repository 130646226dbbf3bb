# The resource definitions of what our objects are for, out of the modules of those who made them; sourced after `environment.sh`.

# Flux' are generated from the types of its modules, which `lab/delivery/tools` pins; the others' are files.
flux_types=(
    github.com/fluxcd/helm-controller/api/v2
    github.com/fluxcd/kustomize-controller/api/v1
    github.com/fluxcd/source-controller/api/v1
)
argocd_modules=(
    'github.com/argoproj/argo-cd/v2@v2.14.21 h1:Ux50vfMUITW+Y+6GAYgQlZbr6WHE5ogiLg9OxxvP9EA='
    'github.com/argoproj/argo-cd/v3@v3.1.5 h1:dm1SY5CaILDIQIQINA4H6uJrXpExyif2Yz5915g91kQ='
)
cert_manager='github.com/cert-manager/cert-manager@v1.18.2 h1:H2P75ycGcTMauV3gvpkDqLdS3RSXonWF2S49QGA1PZE='
prometheus_operator='github.com/prometheus-operator/prometheus-operator@v0.85.0 h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s='
operator_module=github.com/external-secrets/external-secrets

# module_folder MODULE@VERSION SUM
module_folder() {
    local answer
    answer=$(cd / && go mod download -json "$1") || die "$answer"
    [[ $answer == *"\"Sum\": \"$2\""* ]] || die "$1 is not what it was: $answer"
    sed -nE 's/^\t"Dir": "(.*)",$/\1/p' <<<"$answer"
}

# module_file 'MODULE@VERSION SUM' PATH
module_file() {
    local module sum
    read -r module sum <<<"$1"
    printf '%s/%s\n' "$(module_folder "$module" "$sum")" "$2"
}

# operator_folder CHART: the module of the operator at one of the versions of charts.tsv.
operator_folder() {
    local sum
    sum=$(awk -v chart="$1" '$1 == chart { print $2 }' "$lab/charts.tsv")
    module_folder "$operator_module@v$1" "$sum"
}

# flux_definitions FILE: needs controller-gen in PATH.
flux_definitions() {
    local generated
    generated=$(mktemp -d -p "$LAB_SCRATCH")
    (cd "$lab/delivery/tools" && controller-gen crd "${flux_types[@]/#/paths=}" "output:crd:dir=$generated")
    cat "$generated"/*.yaml >"$generated/flux"
    # Nobody writes a status; the controllers' defaults for it are not for what we write.
    python3 - "$generated/flux" >"$1" <<'PYTHON'
import sys, yaml
documents = list(yaml.safe_load_all(open(sys.argv[1])))
for document in documents:
    for version in document["spec"]["versions"]:
        version["schema"]["openAPIV3Schema"]["properties"].get("status", {}).pop("default", None)
print(yaml.safe_dump_all(documents, sort_keys=False))
PYTHON
    rm -rf "$generated"
}

# argocd_definitions FOLDER: a file there for each version of its module.
argocd_definitions() {
    local module
    for module in "${argocd_modules[@]}"; do
        cp "$(module_file "$module" manifests/crds/application-crd.yaml)" "$1/argocd-$(sed 's/.*@\(\S*\) .*/\1/' <<<"$module").yaml"
    done
}
