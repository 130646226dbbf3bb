{{ 1i }}
%%
{{ b64dec "not base64" }}
%%
{{ b32dec "not base32" }}
%%
{{ htpasswd "a:b" "c" }}
%%
{{ fromYaml "[1]" }}
%%
{{ fromYaml "a: [" }}
%%
{{ fromYaml "a: !!binary YQ==" }}
%%
{{ toYaml "\u2028" }}
%%
{{ toYaml "\u0085" }}
%%
{{ toYaml (dict "a\nb" (list 1)) }}
%%
{{ printf "%x" 1.5 }}
%%
{{ printf "%U" -1 }}
%%
{{ regexFind "\\B" "ab" }}
%%
{{ slice (append (list 1 2) 3) 0 4 }}
%%
{{ 0x1p4 }}
%%
{{ repeat 4194305 "x" | len }}
%%
{{ range 70000000 }}{{ break }}{{ end }}
%%
{{ swapcase "aB" }}
%%
{{ (semver "1.2.3").Major }}
