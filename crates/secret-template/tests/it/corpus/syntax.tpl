plain text
%%
{{ .user }}
%%
{{.user}}:{{ .password }}
%%
{{ index . "tls.crt" }} {{ index . "with-dash" }}
%%
{{ .missing }}
%%
{{ index . "missing" }}
%%
{{ $.user }}
%%
a {{- .user -}} b
%%
a  {{- /* comment */ -}}  b
%%
{{/* comment */}}x
%%
{{- /* c */}}
%%
a
%%
{{- .user }}
%%
b
%%
{{ .user -}}
%%
   c
%%
{{ "quoted \"text\" \n \x41\u00e9\101" }}
%%
{{ `raw \n text` }}
%%
{{ 'a' }} {{ 1 }} {{ -3 }} {{ 1.5 }} {{ 0x1F }} {{ 1e3 }} {{ 1_000 }} {{ 017 }} {{ 0b11 }}
%%
{{ true }} {{ false }}
%%
{{ nil }}
%%
{{ 1.0 }} {{ 1e21 }} {{ 123456789.0 }} {{ 0.00001 }}
%%
{{ $x := .user }}{{ $x }}
%%
{{ $x := 1 }}{{ $x = 2 }}{{ $x }}
%%
{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $x := 3 }}{{ $x }}{{ end }}{{ $x }}
%%
{{ if .empty }}yes{{ else }}no{{ end }}
%%
{{ if .user }}yes{{ end }}
%%
{{ if eq .user "root" }}r{{ else if eq .user "admin" }}a{{ else }}o{{ end }}
%%
{{ with .user }}{{ . }}{{ end }}
%%
{{ with .empty }}{{ . }}{{ else }}none{{ end }}
%%
{{ with .empty }}1{{ else with .user }}{{ . }}{{ else }}3{{ end }}
%%
{{ range $k, $v := dict "b" 1 "a" 2 }}{{ $k }}={{ $v }};{{ end }}
%%
{{ range splitList "," .csv }}<{{ . }}>{{ end }}
%%
{{ range $i, $e := splitList "," .csv }}{{ $i }}{{ $e }}{{ end }}
%%
{{ range $e := splitList "," .csv }}{{ $e }}{{ end }}
%%
{{ range list }}x{{ else }}none{{ end }}
%%
{{ range $i, $e := list 1 2 3 4 }}{{ if eq $e 2 }}{{ continue }}{{ end }}{{ if eq $e 4 }}{{ break }}{{ end }}{{ $e }}{{ end }}
%%
{{ range 3 }}{{ . }}{{ end }}
%%
{{ range $i := 3 }}{{ $i }}{{ end }}
%%
{{ range $i, $j := 3 }}{{ $i }}{{ end }}
%%
{{ range 0 }}x{{ else }}none{{ end }}
%%
{{ range .user }}{{ . }}{{ end }}
%%
{{ range 1.5 }}{{ . }}{{ end }}
%%
{{ range nil }}{{ end }}
%%
{{ range (dict) }}x{{ else }}none{{ end }}
%%
{{ $x := "" }}{{ range $x = list "a" "b" }}{{ end }}{{ $x }}
%%
{{ $k := "" }}{{ $v := 0 }}{{ range $k, $v = dict "a" 1 "b" 2 }}{{ $k }}{{ $v }}{{ end }}{{ $k }}{{ $v }}
%%
{{ range $k, $v := . }}{{ $k }} {{ end }}
%%
{{ range $v := list nil 1 }}[{{ $v }}]{{ end }}
%%
{{ (list 1 2) }} {{ (dict "a" 1).a }}
%%
{{ (dict "a" (dict "b" "c")).a.b }}
%%
{{ $d := dict "a" (dict "b" "c") }}{{ $d.a.b }}
%%
{{ .user.name }}
%%
{{ .missing.name }}
%%
{{ (dict "a" 1).b }}
%%
{{ (dict "a" nil).a }}
%%
{{ (dict "a" nil).a.b }}
%%
{{ .user | upper | lower }}
%%
{{ .user | printf "%s-%s" "x" }}
%%
{{ printf "%s" .user | quote }}
%%
{{ "a" | "b" }}
%%
{{ .user "x" }}
%%
{{ define "x" }}[{{ . }}]{{ end }}{{ template "x" .user }}{{ template "x" }}
%%
{{ define "x" }}{{ $.user }}{{ end }}{{ template "x" . }}
%%
{{ block "b" .user }}<{{ . }}>{{ end }}
%%
{{ template "nope" }}
%%
{{ define "r" }}{{ template "r" }}{{ end }}x
%%
{{ define "t" }}defined{{ end }}
%%
{{ define "t" }}defined{{ end }}x
%%
{{ define "a" }}1{{ end }}{{ define "a" }}2{{ end }}
%%
{{ define "a" }}1{{ end }}{{ define "a" }} {{ end }}{{ template "a" }}
%%
{{ if }}x{{ end }}
%%
{{ end }}
%%
{{ else }}
%%
{{ if true }}
%%
{{ if true }}a{{ else }}b{{ else }}c{{ end }}
%%
{{ break }}
%%
{{ range list 1 }}{{ break x }}{{ end }}
%%
{{ .user
%%
{{ .user }
%%
{{ (.user }}
%%
{{ .user) }}
%%
{{ "unclosed }}
%%
{{ `unclosed }}
%%
{{ 'ab' }}
%%
{{ 08 }}
%%
{{ 1x }}
%%
{{ $undefined }}
%%
{{ $x := $x }}
%%
{{ nofunction }}
%%
{{ .a-b }}
%%
{{ /* unclosed }}
%%
{{ /* c */ x }}
%%
{{}}
%%
{{ | upper }}
%%
{{ upper | }}
%%
{{ upper .user lower }}
%%
{{ .user | nil }}
%%
{{ $x, $y := list 1 }}
%%
{{ range $a, $b, $c := list 1 }}{{ end }}
%%
{{ range $a, := list 1 }}{{ end }}
%%
{{ and }} 
%%
{{ and 1 0 2 }} {{ or 0 "" 3 }} {{ and 1 2 3 }} {{ or 0 0 }}
%%
{{ and false (fail "no") }} {{ or true (fail "no") }}
%%
{{ 1 | and 2 }} {{ 0 | or 5 }} {{ 7 | or 0 }}
%%
{{ not 1 }} {{ not "" }} {{ not nil }} {{ not list }}
%%
{{ eq 1 1 }} {{ eq 1 2 1 }} {{ eq "a" "a" }} {{ eq 1.5 1.5 }} {{ eq true true }}
%%
{{ eq 1 1.0 }}
%%
{{ eq "1" 1 }}
%%
{{ eq 1 }}
%%
{{ eq nil nil }} {{ eq nil 1 }} {{ eq "a" nil }}
%%
{{ eq (list) (list) }}
%%
{{ eq (list) nil }}
%%
{{ eq (dict) (list) }}
%%
{{ ne 1 2 }} {{ lt 1 2 }} {{ le 2 2 }} {{ gt 3 2 }} {{ ge 2 3 }}
%%
{{ lt "a" "b" }} {{ lt 1.5 2.5 }} {{ gt "b" "a" }}
%%
{{ lt 1 1.5 }}
%%
{{ lt true false }}
%%
{{ lt nil 1 }}
%%
{{ eq (index "abc" 0) 97 }} {{ lt (index "abc" 0) 98 }} {{ lt 1 (index "a" 0) }}
%%
{{ eq (add 1 1) 2 }} {{ eq (int64 2) 2 }}
%%
{{ len .user }} {{ len (list 1 2) }} {{ len (dict "a" 1) }} {{ len . }}
%%
{{ len 3 }}
%%
{{ len nil }}
%%
{{ index (list 1 2 3) 1 }} {{ index (dict "a" (list 5 6)) "a" 1 }}
%%
{{ index (list 1) 5 }}
%%
{{ index (list 1) -1 }}
%%
{{ index (list 1) "a" }}
%%
{{ index (dict "a" 1) 1 }}
%%
{{ index (dict "a" 1) "b" }}
%%
{{ index nil 1 }}
%%
{{ index (list nil) 0 }}
%%
{{ index (list nil) 0 0 }}
%%
{{ index 3 1 }}
%%
{{ index .user 0 }} {{ index .user 4 }}
%%
{{ index .user 5 }}
%%
{{ index (list 1 2) (int64 1) }}
%%
{{ . }}
%%
{{ print 1 2 "a" "b" 3 nil nil true }}|{{ print }}|{{ println "a" 1 }}|
%%
{{ html "<a href=\"x\">'&" }} {{ html 1 2 }} {{ html nil }} {{ html .binary }}
%%
{{ js "it's \"<>&=\\\n\té" }} {{ js .utf8 }}
%%
{{ js .binary }}
%%
{{ urlquery "a b&c=d/é~-_.+" }} {{ urlquery .binary }} {{ urlquery 1 "x" }}
%%
{{ call .user }}
%%
{{ break | upper }}
%%
x{{ if true -}} a {{- else -}} b {{- end }}y
%%
{{ with $x := .user }}{{ $x }}{{ . }}{{ end }}
%%
{{ if $x := .user }}{{ $x }}{{ end }}
%%
{{ range $i, $c := list "a" "b" }}{{ range $j, $d := list "x" "y" }}{{ $i }}{{ $j }}{{ $c }}{{ $d }} {{ end }}{{ end }}
%%
{{- 3 }}{{-3 }}
%%
{{ "a" -}}{{ "b" }}
%%
{{- "a" -}} {{ "b" }}
%%
{{true}}{{"x"}}{{1}}
%%
{{ (printf "%d" 1) | printf "%s%s" "a" }}
%%
{{ ((.user)) }}
%%
{{ (.user | upper).x }}
%%
{{ ($).user }}
%%
{{ $ | len }}
%%
{{ .user | len | printf "%03d" }}
%%
{{ 9223372036854775807 }} {{ -9223372036854775808 }}
%%
{{ 9223372036854775808 }}
%%
{{ 99999999999999999999 }}
%%
{{ 1.0 | printf "%d" }}
%%
{{ repeat 2.0 "x" }} {{ repeat 'b' "" }}
%%
{{ repeat 1.5 "x" }}
%%
{{ repeat "2" "x" }}
%%
{{ repeat (add 1 1) "x" }}
%%
{{ upper 1 }}
%%
{{ upper nil }}
%%
{{ upper true }}
%%
{{ upper (index . "missing") }}
%%
{{ upper (dict "a" 1).a }}
%%
{{ hasKey . "user" }}
%%
{{ hasKey nil "user" }} {{ get nil "x" }}
%%
{{ hasKey (index (list nil) 0) "a" }}
%%
{{ range list nil }}{{ hasKey . "a" }}{{ end }}
%%
{{ ternary 1 2 .user }}
%%
{{ ternary "y" "n" (eq 1 1) }} {{ true | ternary "y" "n" }}
%%
{{ upper }}
%%
{{ upper "a" "b" }}
%%
{{ .user | upper "x" }}
%%
{{ quote }}|{{ list }}
%%
{{if true}}{{if false}}a{{else}}b{{end}}{{end}}
%%
{{ with list }}x{{ else }}e{{ end }}
%%
{{ with dict "a" 1 }}{{ .a }}{{ end }}
%%
{{ with .user }}{{ $.password }}{{ end }}
%%
{{ $a := 1 }}{{ with .user }}{{ $a = 2 }}{{ end }}{{ $a }}
%%
{{ printf }}
%%
{{ fail "stop" }}
%%
{{ "{{" }}{{ "}}" }}
%%
{ { }} }
%%
{{ .binary }}
%%
{{ .utf8 }}
