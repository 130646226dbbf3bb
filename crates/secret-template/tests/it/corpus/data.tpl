{{ b64enc .password }} {{ b64dec .b64 }} {{ b64dec .wrapped }} {{ b64enc .binary }} {{ b64dec "" }}| {{ b64enc "" }}| {{ b64dec "YQ==" }} {{ b64dec "YR==" }}
%%
{{ b32enc .password }} {{ b32dec .b32 }} {{ b32enc "" }}| {{ b32dec "ME======" }} {{ b32dec "MF======" }}
%%
{{ sha1sum .password }} {{ sha256sum .password }} {{ adler32sum .password }} {{ sha256sum "" }} {{ adler32sum "" }}
%%
{{ toJson . }}
%%
{{ toJson .password }} {{ toRawJson .password }} {{ toJson nil }} {{ toJson 1 }} {{ toJson 1.0 }} {{ toJson 1e21 }} {{ toJson 0.0000001 }} {{ toJson (list 1 "a" nil true 1.5) }} {{ toJson (dict "b" 1 "a" (dict)) }} {{ toJson (list) }} {{ toJson .utf8 }} {{ toRawJson .utf8 }}
%%
{{ toJson .binary }} {{ toRawJson .binary }} {{ toJson (index "a" 0) }} {{ toJson (int64 5) }} {{ toJson (splitList "," "a,b") }} {{ toJson (until 2) }} {{ toJson "\u0001\b\f\n\r\t\u007f/" }}
%%
{{ toPrettyJson (dict "b" (list 1 (list) (dict)) "a" "<>") }}
%%
{{ fromJson .json | toPrettyJson }}
%%
{{ (fromJson .json).a }} {{ (fromJson .json).c.n }} {{ (fromJson .json).big }} {{ (fromJson .json).neg }} {{ index (fromJson .json).b 2 }} {{ (fromJson .json).b }}
%%
{{ fromJson .badjson }}|{{ fromJson "" }}|{{ fromJson "null" }}|{{ fromJson "1 2" }}|{{ fromJson " [1] " }}|{{ fromJson "[1,]" }}|{{ fromJson "01" }}|{{ fromJson "1." }}|{{ fromJson "-" }}|{{ fromJson "\"a\nb\"" }}
%%
{{ mustFromJson .badjson }}
%%
{{ mustFromJson .json | toJson }} {{ mustToJson (list 1) }} {{ mustToPrettyJson (dict "a" 1) }} {{ mustToRawJson "<" }}
%%
{{ fromJson "1e999" }} {{ fromJson "[1e999,2]" }}
%%
{{ mustFromJson "1e999" }}
%%
{{ fromJson .surrogate }} {{ fromJson "\"\\ud83d\\u0041\"" }} {{ fromJson "\"\\u00zz\"" }} {{ fromJson "\"\\x\"" }} {{ fromJson "\"\\ud800\\ud83d\\udd11\"" }}
%%
{{ fromJson "{\"a\":1,\"a\":2}" }} {{ (fromJson "{\"a\":null}").a }} {{ fromJson "true" }} {{ fromJson "\"x\"" | quote }}
%%
{{ float64 "1.5" }} {{ float64 "x" }} {{ float64 3 }} {{ float64 "1e3" }} {{ float64 "inf" }} {{ float64 true }} {{ float64 nil }}
%%
{{ toJson (float64 "inf") }}|{{ toJson (list (float64 "nan")) }}
%%
{{ mustToJson (float64 "inf") }}
%%
{{ toRawJson (float64 "inf") }}
%%
{{ int "42" }} {{ int 1.9 }} {{ int -1.9 }} {{ int true }} {{ int nil }} {{ int "x" }} {{ int "0x10" }} {{ int .octal }} {{ int (list 1) }} {{ int64 "7" }} {{ int "1_000" }} {{ int "" }} {{ int " 1" }} {{ int "+5" }} {{ int "-5" }}
%%
{{ int "1.5" }} {{ int "1.0" }} {{ int ".5" }} {{ int "1e3" }} {{ int64 "-1.9" }} {{ int "1.x" }} {{ int "010.0" }}
%%
{{ int 1e30 }} {{ int -1e30 }} {{ int 9.3e18 }}
%%
{{ atoi "42" }} {{ atoi "x" }} {{ atoi "-7" }} {{ atoi "99999999999999999999" }} {{ atoi "1_0" }} {{ atoi "" }} {{ atoi "+3" }} {{ atoi "-99999999999999999999" }} {{ atoi "0x1" }}
%%
{{ toDecimal .octal }} {{ toDecimal 777 }} {{ toDecimal "9" }} {{ toDecimal "-10" }}
%%
{{ add 1 2 3 }} {{ add }} {{ add "5" 1.9 }} {{ sub 5 3 }} {{ mul 2 3 4 }} {{ mul 2 }} {{ div 7 2 }} {{ div -7 2 }} {{ mod -7 3 }} {{ add1 1 }} {{ max 1 5 3 }} {{ min 4 2 }} {{ biggest 1 2 }} {{ max 1 }}
%%
{{ div 1 0 }}
%%
{{ mod 1 0 }}
%%
{{ add 9223372036854775807 1 }} {{ mul 9223372036854775807 2 }} {{ sub -9223372036854775808 1 }} {{ div -9223372036854775808 -1 }}
%%
{{ floor 1.9 }} {{ ceil 1.1 }} {{ round 1.555 2 }} {{ round -1.5 0 }} {{ round "2.345" 1 }} {{ round 1.25 1 0.3 }} {{ floor "x" }} {{ round 123.5 -1 }}
%%
{{ until 5 }} {{ until -3 }} {{ untilStep 0 10 3 }} {{ untilStep 10 0 -4 }} {{ untilStep 0 10 0 }} {{ untilStep 5 5 1 }} {{ seq 5 }} {{ seq -2 }} {{ seq 2 5 }} {{ seq 0 2 6 }} {{ seq 5 -2 1 }} {{ seq }}| {{ seq 1 2 3 4 }}| {{ seq 5 2 1 }}| {{ seq 0 }} {{ seq 2 -1 5 }}
%%
{{ default "d" .empty }} {{ default "d" .user }} {{ .empty | default "d" }} {{ default "d" nil }} {{ default "d" 0 }} {{ default "d" (list) }} {{ default "d" false }} {{ default "d" }} {{ default 1 0.0 }} {{ default "d" "a" "b" }}
%%
{{ default "x" .missing }}
%%
{{ default "x" (index . "missing") }}
%%
{{ empty "" }} {{ empty 0 }} {{ empty nil }} {{ empty (list) }} {{ empty (dict) }} {{ empty "x" }} {{ empty false }} {{ empty 0.0 }}
%%
{{ coalesce "" 0 nil "x" }} {{ coalesce }} {{ coalesce "" nil }} {{ all 1 "" }} {{ all }} {{ any 0 1 }} {{ any }} {{ any "" nil }}
%%
{{ list 1 2 | toJson }} {{ append (list 1) 2 }} {{ prepend (list 1) 0 }} {{ push (list) nil | toJson }} {{ first (list 1 2) }} {{ last (list 1 2) }} {{ rest (list 1 2 3) }} {{ initial (list 1 2 3) }} {{ reverse (list 1 2 3) }} {{ first (list) }} {{ rest (list) }} {{ initial (list) }} {{ last (list) }} {{ rest (list) | toJson }}
%%
{{ first "abc" }}
%%
{{ first nil }}
%%
{{ append "x" 1 }}
%%
{{ append (splitList "," "a,b") "c" }} {{ first (splitList "," .csv) }} {{ rest (splitList "," .csv) | toJson }}
%%
{{ compact (list 1 "" nil 0 "a" false) }} {{ uniq (list 1 1 "1" 2 "1") }} {{ uniq (list nil nil (list 1) (list 1) 1 (int64 1)) }} {{ without (list 1 2 3) 2 3 }} {{ has 2 (list 1 2) }} {{ has "2" (list 1 2) }} {{ has 1 nil }} {{ without (list nil 1) nil }} {{ has (dict "a" 1) (list (dict "a" 1)) }}
%%
{{ has 1 "x" }}
%%
{{ slice (list 1 2 3) 1 }} {{ slice (list 1 2 3) 0 2 }} {{ slice (list 1 2 3) }} {{ slice (list) }} {{ slice (splitList "," .csv) 1 3 }} {{ slice (list 1 2 3) "1" }}
%%
{{ slice (list 1 2 3) 2 1 }}
%%
{{ slice (list 1 2 3) 5 }}
%%
{{ slice "abc" 1 }}
%%
{{ concat (list 1) (list 2 nil) }} {{ concat (splitList "," "a,b") (until 2) | toJson }}
%%
{{ concat 1 }}
%%
{{ mustFirst (list 1) }} {{ mustRest (list 1 2) }} {{ mustLast (list 1) }} {{ mustInitial (list 1 2) }} {{ mustReverse (list 1 2) }} {{ mustUniq (list 1 1) }} {{ mustWithout (list 1 2) 1 }} {{ mustHas 1 (list 1) }} {{ mustSlice (list 1 2) 1 }} {{ mustCompact (list 0 1) }} {{ mustAppend (list) 1 }} {{ mustPush (list) 1 }} {{ mustPrepend (list) 1 }} {{ tuple 1 2 }}
%%
{{ mustFirst 1 }}
%%
{{ dict "a" }} {{ dict }} {{ dict 1 2 }} {{ dict "a" 1 "a" 2 }} {{ get (dict "a" 1) "a" }} {{ get (dict) "x" }}| {{ hasKey (dict "a" 1) "a" }} {{ hasKey (dict) "a" }}
%%
{{ $d := dict "a" 1 }}{{ $_ := set $d "b" 2 }}{{ $d }} {{ $_ := unset $d "a" }}{{ $d }} {{ set $d "c" nil }} {{ $e := $d }}{{ $_ := set $e "z" 1 }}{{ $d }}
%%
{{ set nil "a" 1 }}
%%
{{ keys (dict "b" 1 "a" 2) | sortAlpha | join "," }} {{ values (dict "a" 1) }} {{ pick (dict "a" 1 "b" 2) "a" "z" }} {{ omit (dict "a" 1 "b" 2) "a" }} {{ pluck "a" (dict "a" 1) (dict "b" 2) (dict "a" 3) }} {{ keys }} {{ keys nil }} {{ values nil }} {{ pick nil "a" }} {{ omit nil }}
%%
{{ keys . }}
%%
{{ dig "a" "b" "d" (dict "a" (dict "b" "v")) }} {{ dig "a" "x" "d" (dict "a" (dict)) }} {{ dig "x" "d" (dict) }}
%%
{{ dig "a" "b" "d" (dict "a" 1) }}
%%
{{ dig "a" (dict) }}
%%
{{ dig 1 "d" (dict) }}
%%
{{ dig "a" "d" . }}
%%
{{ dig "a" "d" (dict "a" nil) }}|{{ dig "a" "b" "d" (dict "a" nil) }}
%%
{{ typeOf 1 }} {{ typeOf "a" }} {{ typeOf nil }} {{ typeOf (list) }} {{ typeOf (dict) }} {{ typeOf . }} {{ typeOf (splitList "," "a") }} {{ typeOf (until 1) }} {{ typeOf 1.5 }} {{ typeOf true }} {{ typeOf (add 1) }} {{ typeOf (split "," "a") }} {{ typeOf (index "a" 0) }}
%%
{{ kindOf 1 }} {{ kindOf nil }} {{ kindOf (list) }} {{ kindOf . }} {{ kindIs "map" . }} {{ kindIs "string" "x" }} {{ typeIs "string" "x" }} {{ typeIsLike "string" "x" }} {{ typeIs "int" 1 }}
%%
{{ deepEqual (list 1 2) (list 1 2) }} {{ deepEqual (dict "a" 1) (dict "a" 2) }} {{ deepEqual nil nil }} {{ deepEqual 1 (int64 1) }} {{ deepEqual (list "a") (splitList "," "a") }} {{ deepEqual . . }}
%%
{{ range $k, $v := fromJson .json }}{{ $k }}:{{ $v }};{{ end }}
%%
{{ range $i, $v := (fromJson .json).b }}{{ $i }}{{ kindOf $v }} {{ end }}
%%
{{ range $k, $v := split "," .csv }}{{ $k }}{{ $v }}{{ end }}
%%
{{ with fromJson .json }}{{ .c.d }}{{ end }}
%%
{{ if (fromJson .json).missing }}x{{ end }}
%%
{{ if hasKey (fromJson .json) "missing" }}x{{ else }}y{{ end }}
%%
{{ dict "auths" (dict "reg.io" (dict "username" .user "password" .password "auth" (printf "%s:%s" .user .password | b64enc))) | toJson }}
%%
[default]
%%
aws_access_key_id = {{ .user }}
%%
aws_secret_access_key = {{ .password }}
%%
{{- if .empty }}
%%
token = {{ .empty }}
%%
{{- end }}
%%
{{ .number | int | add 1 }} {{ mul .number 2 }} {{ eq (int .number) 42 }}
%%
{{ ternary "a" "b" (contains "x" .user) }}
%%
{{ printf "%s" (b64dec .b64) | sha256sum | trunc 8 }}
%%
{{ $n := regexFindAll "x" "a" -1 }}{{ toStrings $n | toJson }} {{ sortAlpha $n | toJson }} {{ toStrings (rest (list)) | toJson }} {{ sortAlpha (rest (list)) | toJson }} {{ uniq $n | toJson }} {{ compact $n | toJson }} {{ reverse $n | toJson }} {{ concat $n $n | toJson }} {{ append $n 1 }} {{ join "," $n }}| {{ without $n | toJson }} {{ first $n }} {{ slice $n | toJson }} {{ initial $n | toJson }}
