{{ trim .spaces }}|{{ trim .multi }}|
%%
{{ trimAll "$" "$5.00$" }} {{ trimall "ab" "abcba" }} {{ trimSuffix "-" "a-" }} {{ trimPrefix "-" "-a" }} {{ trimAll "" " a " }} {{ trimAll "é" "éaé" }}
%%
{{ upper .utf8 }} {{ lower .utf8 }} {{ title .words }} {{ title .utf8 }} {{ untitle "Hello Big World" }} {{ untitle .utf8 }}
%%
{{ upper .binary }}|{{ lower .binary }}|{{ title .binary }}|{{ untitle .binary }}
%%
{{ upper "ǆ ǅ ŉ ᾳ ß ﬁ ა" }} {{ lower "ǅ İ Σ ẞ K" }} {{ title "ǆx ა ß fi" }}
%%
{{ nospace .spaces }}|{{ nospace "a b" }}|{{ nospace .utf8 }}|{{ nospace "é" }}
%%
{{ repeat 3 "ab" }}|{{ repeat 0 "x" }}|
%%
{{ repeat -1 "x" }}
%%
{{ trunc 5 "hello world" }} {{ trunc -5 "hello world" }} {{ trunc 100 "x" }} {{ trunc -100 "x" }} {{ trunc 0 "x" }}|{{ trunc 2 .utf8 }}
%%
{{ substr 0 5 "hello world" }} {{ substr 3 -1 "hello" }} {{ substr -1 2 "hello" }} {{ substr 1 100 "hello" }}
%%
{{ substr 10 -1 "hello" }}
%%
{{ substr -1 -1 "hello" }}
%%
{{ substr 3 2 "hello" }}
%%
{{ contains "ell" "hello" }} {{ contains "" "" }} {{ hasPrefix "he" "hello" }} {{ hasSuffix "lo" "hello" }} {{ hasPrefix "x" .binary }}
%%
{{ quote .password }} {{ quote 1 nil "a" true 1.5 (list 1) }}|{{ quote }}|{{ quote .utf8 }}|{{ quote .binary }}|{{ quote .multi }}
%%
{{ squote .password }} {{ squote 1 nil "a" }} {{ squote (list "a" nil) }}
%%
{{ cat "a" 1 nil true }}|{{ cat }}|{{ cat nil }}|{{ cat "" "x" }}|{{ cat (list 1) "%d" }}
%%
{{ indent 2 .multi }}|{{ nindent 2 "a\nb" }}|{{ indent 0 "x" }}|{{ .multi | indent 4 }}
%%
{{ indent -1 "x" }}
%%
{{ replace "l" "L" "hello" }} {{ replace "" "-" "héy" }} {{ replace "x" "y" "" }} {{ .password | replace "\"" "'" }} {{ replace "" "x" "" }}
%%
{{ plural "one" "many" 1 }} {{ plural "one" "many" 2 }} {{ plural "one" "many" (len "a") }}
%%
{{ (split "," .csv)._0 }} {{ (split "," .csv)._3 }} {{ (splitn "," 2 .csv)._1 }} {{ splitn "," 0 .csv }} {{ splitn "," -1 .csv }} {{ splitn "," 1 .csv }}
%%
{{ (split "," .csv)._9 }}
%%
{{ split "" "hé" }} {{ splitList "" "hé" }} {{ splitn "" 2 "héy" }} {{ splitList "," "" }} {{ splitList "ab" "xabyab" }}
%%
{{ toString 1 }} {{ toString nil }} {{ toString 1.5 }} {{ toString (list 1 "a") }} {{ toString "x" }} {{ toString true }}
%%
{{ toStrings (list 1 nil "a") }} {{ toStrings "x" }} {{ toStrings nil }}
%%
{{ join "," (list 1 "a" nil 2.5) }} {{ join "-" "abc" }} {{ join "," nil }} {{ join "," (splitList "," .csv) }} {{ join "" (until 3) }}
%%
{{ sortAlpha (list "b" "a" 10 9) | join "," }} {{ sortAlpha "x" }} {{ sortAlpha (list) }}
%%
{{ regexMatch "^a.*n$" .user }} {{ regexMatch "[" "x" }} {{ regexMatch "\\d+" .number }}
%%
{{ regexFind "[a-z]+" "123abc456" }} {{ regexFind "x" "abc" }}|
%%
{{ regexFind "[" "x" }}
%%
{{ regexFindAll "[2,4,6,8]" "123456789" -1 }} {{ regexFindAll "a" "aaaa" 2 }} {{ regexFindAll "x" "a" -1 }} {{ regexFindAll "a" "aa" 0 }}
%%
{{ regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W" }} {{ regexReplaceAll "a(x*)b" "-ab-axxb-" "$1W" }} {{ regexReplaceAll "(?P<n>a)" "aa" "<$n>" }} {{ regexReplaceAll "" "abc" "-" }} {{ regexReplaceAll "a*" "baac" "x" }} {{ regexReplaceAll "a" "a" "$$ $x $0 ${0}1" }}
%%
{{ regexReplaceAllLiteral "a(x*)b" "-ab-axxb-" "${1}" }}
%%
{{ regexSplit "z+" "pizza" -1 }} {{ regexSplit "z" "pizza" 1 }} {{ regexSplit "z" "pizza" 0 }} {{ regexSplit "" "abc" -1 }} {{ regexSplit "a" "" -1 }} {{ regexSplit "z" "pizza" 2 }}
%%
{{ regexQuoteMeta "a.b*c[d]" }} {{ mustRegexMatch "a" "b" }} {{ mustRegexFind "." "xy" }}
%%
{{ mustRegexMatch "[" "x" }}
%%
{{ regexMatch "(?i)ADMIN" .user }} {{ regexMatch "\\bfoo" .words }} {{ regexFind "\\w+" .utf8 }} {{ regexFind "\\pL+" .utf8 }} {{ regexFind "(?s).+" .multi | quote }} {{ regexFind "(?m)^line2$" .multi }}
%%
{{ regexReplaceAll "\\s+" .spaces "_" }} {{ regexFindAll "(?:a|b)" "abc" -1 }} {{ regexFind "a{2,3}" "aaaa" }} {{ regexFind "a+?" "aaa" }} {{ regexFind "[[:alpha:]]+" "12ab" }} {{ regexFind "[^[:space:]]+" " x " }}
%%
{{ regexFind "\\Qa.b\\E" "xa.by" }} {{ regexFind "\\x41|\\x{42}" "B" }} {{ regexFind "(?U)a+" "aaa" }} {{ regexMatch "^\\z" "" }}
%%
{{ regexMatch "(?=a)" "a" }} {{ regexMatch "\\1" "a" }} {{ regexMatch "a**" "a" }} {{ regexMatch "x{1001}" "x" }} {{ regexMatch "\\Z" "a" }}
%%
{{ regexFind "[a-c&&b]+" "xa&b" }} {{ regexFind "[[a]b]" "[b]" }} {{ regexFind "[a--b]+" "-a" }} {{ regexFind "[]a]+" "]a" }} {{ regexFind "[^]]+" "a]" }} {{ regexFind "a{,2}" "a{,2}" }} {{ regexFind "x{" "x{" }}
%%
{{ regexFind "é" .utf8 }} {{ regexFind "(?i)É" .utf8 }} {{ regexFind "\\D+" "12ab" }} {{ regexFind "[\\d\\s]+" "a 1" }} {{ regexFind "\\W" "aé" }} {{ regexFind "(a)(b)?" "ac" }}
%%
{{ base .path }} {{ dir .path }} {{ clean .path }} {{ ext "a/b.tar.gz" }} {{ isAbs .path }} {{ isAbs "a" }}
%%
{{ base "" }} {{ base "/" }} {{ base "///" }} {{ dir "" }} {{ dir "a" }} {{ dir "/a" }} {{ clean "" }} {{ clean "a/../../b" }} {{ clean "/.." }} {{ ext "a.b/c" }}| {{ base "a/b/" }} {{ clean "./a//b/./c/.." }}
%%
{{ osBase "/a/b" }} {{ osDir "/a/b" }} {{ osClean "a/./b" }} {{ osExt "x.y" }} {{ osIsAbs "/x" }} {{ osDir "a//b//" }}
%%
{{ hello }}
%%
{{ .password | replace "s3" "x" | upper | quote }}
%%
{{ trimSuffix "\n" .multi }}|{{ .multi | trimSuffix "\n" | splitList "\n" | join "|" }}
%%
{{ regexFind "[[:^alpha:]]+" "ab12" }} {{ regexFind "\\p{Greek}+" "abγδ" }} {{ regexFind "\\P{L}+" "ab1" }} {{ regexFind "\\p{^L}+" "ab1" }} {{ regexFind "\\p{Lu}" "aB" }}
%%
{{ regexMatch "[[:foo:]]" "a" }} {{ regexMatch "\\p{Nope}" "a" }} {{ regexMatch "[b-a]" "a" }} {{ regexMatch "*a" "a" }} {{ regexMatch "(a" "a" }} {{ regexMatch "a)" "a" }} {{ regexMatch "a{2,1}" "aa" }} {{ regexMatch "(?z)a" "a" }} {{ regexMatch "(?P<n>a)(?P<n>b)" "ab" }} {{ regexMatch "\\8" "8" }} {{ regexMatch "[a" "a" }} {{ regexMatch "\\" "a" }}
%%
{{ regexReplaceAll "(a)(?<two>b)" "ab" "$2$1 ${two}! $two_ $3 $ $9a ${x $-" }} {{ regexReplaceAll "\\b" "ab cd" "|" }} {{ regexReplaceAll "^|$" "ab" "|" }} {{ regexReplaceAll "(?m)^" "a\nb" "> " }} {{ regexReplaceAll "x*" "héé" "-" }}
%%
{{ regexFindAll "" "héa" -1 }} {{ regexFindAll "a*" "baaab" -1 }} {{ regexSplit "a*" "baaab" -1 }} {{ regexSplit "," "a,b,c" 2 }} {{ regexSplit "^a" "ab" -1 }} {{ regexSplit "b" "ab" -1 }} {{ regexFindAll "x" "a" -1 | toJson }} {{ regexSplit "x" "a" 0 | toJson }}
%%
{{ regexFind "\\07|\\101" "A" }} {{ regexFind "\\x{1F511}" .utf8 }} {{ regexFind "[\\x41-\\x43]+" "xABCD" }} {{ regexFind "a(?i)b|C" "aB" }} {{ regexFind "a(?i)b|C" "c" }} {{ regexFind "(?i:A)b" "aB" }} {{ regexFind "(?i)ſ" "S" }} {{ regexFind "(?i)k" "K" }} {{ regexFind "[^\\n]+$" .multi }}| {{ regexFind "(?s-i:a.)" "a\n" | quote }}
%%
{{ regexFind "a{2}" "aaa" }} {{ regexFind "a{1,}?" "aaa" }} {{ regexFind "a{0}" "a" }} {{ regexFind "a{01}" "a{01}" }} {{ regexFind "a{1,2}{2}" "aaaa" }}
%%
{{ regexFind "a||b" "b" }}| {{ regexFind "(|a)+" "aaa" }}| {{ regexFind "(?:)" "a" }}| {{ regexFind "()" "" }}| {{ regexFind "\\.\\-\\_\\ \\/" "x.-_ /" }} {{ regexFind "}" "}" }} {{ regexFind "]" "]" }}
%%
{{ regexReplaceAll "\\W" "a-b ü" "_" }} {{ regexReplaceAll "[^a-zA-Z0-9]+" .password "" }} {{ regexReplaceAll "(\\w+)@(\\w+)" "me@host" "${2}-at-${1}" }} {{ regexReplaceAll "\n" .multi "," }}
%%
{{ regexMatch "A" .binary }} {{ regexFind "A.\\(" .binary }} {{ regexReplaceAll "\\x{FFFD}" .binary "?" }} {{ regexSplit "A" .binary -1 }} {{ regexFindAll "." .binary -1 }} {{ regexReplaceAll "" .binary "-" }} {{ regexReplaceAll "(A)(.)" .binary "$2$1" }}
