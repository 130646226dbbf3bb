{{ toYaml "x" }}|{{ toYaml nil }}|{{ toYaml 1 }}|{{ toYaml 1.5 }}|{{ toYaml true }}|{{ toYaml (list) }}|{{ toYaml (dict) }}|{{ toYaml "" }}
%%
{{ toYaml (dict "a" 1 "b" (list 1 "x" (list 2 3) (dict "c" 1 "d" (list))) "e" (dict "f" (dict "g" "h")) "n" nil) }}
%%
{{ toYaml (list (list 1 (list 2)) (dict "a" (list (dict "b" 1 "c" 2)))) }}
%%
{{ toYaml (list "true" "yes" "no" "null" "~" "1" "1.5" "0x1" "0o7" "1e3" "2001-01-01" "1:20" ".inf" "-" "- a" "a: b" "a:b" "a #b" "#a" "a#b" " a" "a " "'" "\"" "it's" "@x" "%x" "`x" "*a" "&a" "!a" "|" ">" "[a]" "{a}" "a,b" "?" "? a" "-a" "---" "..." ":" ":a" "a:" "y" "N" "<<" "=" "1_000" "+1" "-1" "0b1" "08" "é" "\\") }}
%%
{{ toYaml (list "a\tb" "a\nb" "a\nb\n" "a\nb\n\n" "\n" "\na" " a\nb" "a \nb" "a\n b" "a\n" "\x07" "🔑" "\r\n" "a\n\nb") }}
%%
{{ toYaml (dict "multi" .multi "deep" (dict "x" "l1\nl2" "list" (list "p\nq" "r")) "k" "v") }}
%%
{{ toYaml .password }}|{{ toYaml .utf8 }}|{{ toYaml .binary }}|{{ toYaml "\u007f" }}|{{ toYaml (list "a" "\u0081") }}
%%
{{ toYaml (dict "a10" 1 "a9" 2 "a1" 3 "B" 4 "b" 5 "1" 6 "10" 7 "2" 8 "a-b" 9 "ab" 10 "é" 11 "" 12 "true" 13 "a b" 14 "x: y" 15 "a02" 16 "a2" 17) }}
%%
{{ toYaml (fromJson .json) }}
%%
{{ toYaml (list 1e6 1.0 1e20 1e21 0.1 1e-7 123456789.5 -0.0 (fromJson "12345678901234567890") (fromJson "1e19") (fromJson "100000000000000000000")) }}
%%
{{ toYaml . | sha256sum }} {{ toYaml (until 2) }} {{ toYaml (splitList "," .csv) }} {{ toYaml (int64 3) }} {{ toYaml (rest (list)) }} {{ toYaml (float64 "inf") }}|
%%
{{ fromYaml "a: 1\nb: [x, 'y', \"z\"]\nc:\n  d: true\n  e: ~\n" | toJson }}
%%
{{ fromYaml "a: yes\nb: 0x1F\nc: 1.5e3\nd: '1'\ne: 010\nf: 1_000\ng: off\nh: .5\ni: 12:30\nj: 1e3\nk: +1\nl: -.5" | toJson }}
%%
{{ fromYaml "a: &x {b: 1, c: 2}\nd: *x\ne:\n  <<: *x\n  c: 3" | toJson }}
%%
{{ fromYaml "a: |\n  line1\n  line2\nb: >-\n  folded\n  text\n" | toJson }} {{ (fromYaml "a: {b: c}").a.b }} {{ fromYaml "" }} {{ fromYaml "1: a\ntrue: b\n1.5: c" | toJson }}
%%
{{ fromYaml "a: 1\na: 2" }} {{ fromYaml "# only a comment" }} {{ fromYaml "{}" }} {{ fromYaml "a: 1\n---\nb: 2" }}
%%
{{ fromYaml "a: !!str 1\nb: \"\\u00e9\\n\"\nc: 'it''s'" | toJson }}
%%
{{ toYaml (fromYaml "a: [1, {b: c}]\nd:\n- e\n- f: g\n") }}
%%
{{ toYaml (dict "a" (dict "b" (list)) "c" (list (dict) (list) nil)) | nindent 2 }}
%%
{{ $long := "lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna aliqua" }}{{ toYaml (dict "plain" $long "single" (printf "it's: %s  two  spaces here and there" $long) "double" (printf "\t%s  two  spaces here and there" $long) "list" (list $long (dict "deep" $long)) "literal" (printf "%s\nx" $long)) }}
%%
{{ toYaml (list (repeat 90 "x") (printf "%s a b" (repeat 90 "x")) (printf "%s  a b " (repeat 90 "é")) (printf "%s a\\b" (repeat 80 "x")) (printf "%s a" (repeat 78 "x")) (printf "%s a" (repeat 79 "x"))) }}
%%
{{ toYaml (dict (repeat 128 "k") 1) }}|{{ toYaml (dict (repeat 129 "k") 1) }}|{{ toYaml (dict "a\nb" "c\nd" "e" 1) }}|{{ toYaml (dict "a" (dict "x\ny" nil)) }}
%%
{{ $n := unset nil "a" }}{{ $n }} {{ toJson $n }} {{ toYaml $n }} {{ eq $n nil }} {{ printf "%#v" $n }} {{ deepEqual $n (dict) }} {{ len $n }}
%%
{{ fromYaml "a: 2001-01-01\nb: 2001-01-01T01:02:03Z" }} {{ fromYaml "null" | toJson }} {{ fromYaml "" | toJson }} {{ fromYaml "{}" | toJson }} {{ fromYaml "~" }}
%%
{{ fromYaml "a: 0o17\nb: 0b11\nc: -0x1\nd: 18446744073709551615\ne: 1e400\nf: 1.\ng: +.5\nh: '~'\ni: TRUE\nj: nULL\nk: 1__0\nl: =\nm: -a\nn: 0x\no: 1e\np: 9223372036854775808" | toJson }}
%%
{{ toYaml (list "2001-01-01é" "2001-01-01Té" "2001-01-01T1:2:3é" "2001-01-0é" "-é" "+é" "0é" ".é" "1:é" "1e+é" "0xé") }}
