{{ printf "%s %d %v %q" .user 42 1.5 .password }}
%%
{{ printf "%5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%#o|%O|%b|%#b" 42 42 42 42 42 42 42 42 42 42 42 42 42 }}
%%
{{ printf "%5s|%-5s|%.2s|%5.1s|%05s" "abc" "abc" "abc" "abc" "abc" }}
%%
{{ printf "%t %v" true false }}
%%
{{ printf "%f %.2f %8.3f %-8.1f| %e %E %g %G %08.2f %+.1f % .1f" 1.5 1.5 1.5 1.5 1.5 1.5 1.5 1e21 1.5 1.5 1.5 }}
%%
{{ printf "%.3g %.10g %g %g %g" 1234.5678 100000.0 1e6 1e20 0.0001 }}
%%
{{ printf "%#g %#.3g %#e %#f %#.0f" 1.0 1.0 1.0 1.0 1.0 }}
%%
{{ printf "%x %X % x %#x %# x %.2x|%8x|%-8x|" "hi" "hi" "hi" "hi" "hi" "hello" "hi" "hi" }}
%%
{{ printf "%x|%5x|" "" "" }}
%%
{{ printf "%q %+q %#q %#q" .utf8 .utf8 "back`tick" "plain" }}
%%
{{ printf "%q" .binary }} {{ printf "%x" .binary }}
%%
{{ printf "%c %c %U %#U %q %q" 65 233 233 233 65 10 }}
%%
{{ printf "%c" 1114112 }} {{ printf "%c" -1 }}
%%
{{ printf "%v %v %v" nil (list 1 nil "a") (dict "k" nil "a" (list "x")) }}
%%
{{ printf "%s" nil }} {{ printf "%d" "x" }} {{ printf "%s" 1 }} {{ printf "%z" 1 }} {{ printf "%t" 1 }} {{ printf "%d" 1.5 }}
%%
{{ printf "%d" }} {{ printf "x" 1 "a" nil }} {{ printf "%" }} {{ printf "%5" }} {{ printf "%." }} {{ printf "%!" 1 }}
%%
{{ printf "%[2]s %[1]s" "a" "b" }} {{ printf "%[3]d" 1 }} {{ printf "%[x]d" 1 }} {{ printf "%[1]d %d" 1 2 }} {{ printf "%[2]*[1]d" 1 5 }}
%%
{{ printf "%*d|%-*d|%.*f" 5 42 5 42 2 1.5 }} {{ printf "%*d" "x" 1 }} {{ printf "%.*d" -1 5 }} {{ printf "%*d" -5 1 }}
%%
{{ printf "%T %T %T %T %T %T" 1 "a" 1.5 true (list 1) (dict) }} {{ printf "%T" nil }} {{ printf "%T" (int64 1) }} {{ printf "%T" . }} {{ printf "%T" (splitList "," "a") }}
%%
{{ printf "%#v %#v %#v %#v %#v" "a" 1 1.5 (list 1 "x" nil) (dict "a" 1) }} {{ printf "%#v" nil }} {{ printf "%#v" (index "a" 0) }} {{ printf "%+v" (list 1) }}
%%
{{ printf "%s" (list "a" 1) }} {{ printf "%d" (list 1 2) }} {{ printf "%5d" (list 1 2) }} {{ printf "%q" (splitList "," "a,b") }} {{ printf "%x" (list "hi" 10) }}
%%
{{ printf "%d%%" 50 }} {{ printf "%v" (until 3) }} {{ printf "%s" .empty }}
%%
{{ printf "%d" (index "a" 0) }} {{ printf "%c" (index "a" 0) }} {{ printf "%s" (index "a" 0) }}
%%
{{ printf "%.0d|%.3d|%8.3d|%-8.3d|%08.3d" 0 7 7 7 7 }}
%%
{{ printf "%6.2f|%06.2f|%-6.2f|%+06.2f" 3.14159 3.14159 3.14159 3.14159 }}
%%
{{ printf "%v %v %v" 1e6 123456.0 1234567.0 }}
%%
{{ printf "%v" 0.1 }} {{ printf "%v" 100.0 }} {{ printf "%v" -0.5 }}
%%
{{ printf "%w" "x" }} {{ printf "%w" (list 1) }}
%%
{{ printf "%é" 1 }}
%%
{{ printf "%100000000d" 1 }}
%%
{{ printf "%t" "x" }} {{ printf "%5t|%-6t|" true false }}
%%
{{ printf "%20q|%-20q|" "a b" "a b" }}
%%
{{ printf 1 }}
%%
{{ printf .user .password }}
%%
{{ print 1.0 2.50 }} {{ print "a" 1 2 "b" }} {{ print (list 1 2) (dict "a" 1) }}
%%
{{ print nil }} {{ println }} {{ println nil 1 }}
%%
{{ fromJson "1234567" }} {{ fromJson "1e3" }} {{ fromJson "0.1" }} {{ fromJson "123456789012" }}
%%
{{ list 1 (list 2 3) "a b" }} {{ dict "b" 1 "a" (dict "x" "y") }} {{ split "," .csv }}
