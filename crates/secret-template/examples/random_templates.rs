//! Makes random templates and renders them: `random_templates SEED COUNT`. Each line of the output is a case with our
//! answer, for `lab/eso-template` to hold against the operator's.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, BufWriter, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;
use secret_template::{Template, Values};

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1).map(|argument| argument.parse::<u64>());
    let (Some(Ok(seed)), Some(Ok(count))) = (arguments.next(), arguments.next()) else {
        return Err(io::Error::other("usage: random_templates SEED COUNT"));
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let mut random = Rng::with_seed(seed);
    for _ in 0..count {
        let data = data(&mut random);
        let text = Writer { random: &mut random, variables: 0, depth: 0 }.template();
        let values: Values<'_> = data.iter().map(|(key, value)| (key.as_str(), value.as_slice())).collect();
        let (answer, failure) = match Template::parse("t", &text) {
            Ok(template) => match template.render(&values) {
                Ok(bytes) => (Some(STANDARD.encode(&*bytes)), String::new()),
                Err(error) => (None, error.to_string()),
            },
            Err(problems) => (None, format!("{problems:?}")),
        };
        // What is refused on purpose is no difference, and data that holds itself takes the operator down.
        let on_purpose = ["not rendered here", "fromYaml:", "holds itself", "longer than", "does too much"];
        if on_purpose.iter().any(|words| failure.contains(words)) {
            continue;
        }
        let data: BTreeMap<_, _> = data.iter().map(|(key, value)| (key, STANDARD.encode(value))).collect();
        let case =
            serde_json::json!({ "template": text, "data": data, "answer": answer, "failure": failure });
        writeln!(out, "{case}")?;
    }
    out.flush()
}

const KEYS: &[&str] = &["a", "b", "json", "n", "tls.crt"];
const TEXTS: &[&str] = &[
    "",
    "x",
    "hello world",
    "  padded ",
    "a,b,,c",
    "line1\nline2\n",
    "it's \"q\" <&>",
    "héllo ß🔑",
    "true",
    "42",
    "-1.5",
    "007",
    "0x1F",
    "1e3",
    "YQ==",
    "aGk=",
    "a b\tc",
    "key: value",
    "- x",
    "null",
    "2001-01-01",
    "{{",
    "%d%s",
    "$1",
    "a.b/c",
    "\u{2028}",
];
const JSON: &[&str] = &[
    r#"{"a":1,"b":[1,"x",null,true],"c":{"d":"e"}}"#,
    "[1,2.5,-3e10]",
    r#""text""#,
    "12",
    "nope",
    "{}",
    "null",
    r#"{"x":1e21}"#,
];

fn data(random: &mut Rng) -> BTreeMap<String, Vec<u8>> {
    let mut data = BTreeMap::new();
    for key in KEYS {
        let text = if *key == "json" { random.choice(JSON) } else { random.choice(TEXTS) };
        let mut value = text.unwrap_or(&"").as_bytes().to_vec();
        if random.u8(..) < 8 {
            value.push(0xff);
        }
        data.insert((*key).to_owned(), value);
    }
    data
}

struct Writer<'r> {
    random: &'r mut Rng,
    variables: usize,
    depth: usize,
}

/// What an expression should give, most of the time.
#[derive(Clone, Copy)]
enum Want {
    Text,
    Int,
    Bool,
    List,
    Map,
    Any,
}

/// Functions with what they take; the last letter is what the pipeline may bring.
const TEXT_FUNCTIONS: &[(&str, &str)] = &[
    ("upper", "s"),
    ("lower", "s"),
    ("title", "s"),
    ("untitle", "s"),
    ("trim", "s"),
    ("nospace", "s"),
    ("quote", "a"),
    ("squote", "a"),
    ("b64enc", "s"),
    ("b32enc", "s"),
    ("toString", "a"),
    ("toJson", "a"),
    ("toRawJson", "a"),
    ("toPrettyJson", "a"),
    ("toYaml", "a"),
    ("sha256sum", "s"),
    ("sha1sum", "s"),
    ("adler32sum", "s"),
    ("trunc", "is"),
    ("substr", "iis"),
    ("repeat", "is"),
    ("indent", "is"),
    ("nindent", "is"),
    ("replace", "sss"),
    ("trimAll", "ss"),
    ("trimSuffix", "ss"),
    ("trimPrefix", "ss"),
    ("join", "sl"),
    ("cat", "aa"),
    ("print", "aa"),
    ("println", "aa"),
    ("html", "a"),
    ("js", "s"),
    ("urlquery", "a"),
    ("typeOf", "a"),
    ("kindOf", "a"),
    ("base", "s"),
    ("dir", "s"),
    ("clean", "s"),
    ("ext", "s"),
    ("regexQuoteMeta", "s"),
    ("plural", "ssi"),
    ("hello", ""),
    ("seq", "ii"),
];
const INT_FUNCTIONS: &[(&str, &str)] = &[
    ("len", "l"),
    ("len", "s"),
    ("add", "ii"),
    ("sub", "ii"),
    ("mul", "ii"),
    ("div", "ii"),
    ("mod", "ii"),
    ("max", "ii"),
    ("min", "ii"),
    ("int", "a"),
    ("int64", "a"),
    ("atoi", "s"),
    ("float64", "a"),
    ("floor", "a"),
    ("ceil", "a"),
    ("round", "ai"),
    ("toDecimal", "a"),
    ("add1", "a"),
];
const BOOL_FUNCTIONS: &[(&str, &str)] = &[
    ("eq", "aa"),
    ("ne", "aa"),
    ("lt", "ii"),
    ("le", "ss"),
    ("gt", "ii"),
    ("ge", "aa"),
    ("not", "a"),
    ("and", "aa"),
    ("or", "aa"),
    ("empty", "a"),
    ("contains", "ss"),
    ("hasPrefix", "ss"),
    ("hasSuffix", "ss"),
    ("has", "al"),
    ("hasKey", "ms"),
    ("all", "aa"),
    ("any", "aa"),
    ("deepEqual", "aa"),
    ("isAbs", "s"),
];
const LIST_FUNCTIONS: &[(&str, &str)] = &[
    ("list", "aaa"),
    ("splitList", "ss"),
    ("append", "la"),
    ("prepend", "la"),
    ("rest", "l"),
    ("initial", "l"),
    ("reverse", "l"),
    ("uniq", "l"),
    ("compact", "l"),
    ("without", "la"),
    ("concat", "ll"),
    ("slice", "li"),
    ("until", "i"),
    ("sortAlpha", "l"),
    ("toStrings", "a"),
    ("pluck", "smm"),
    ("list", ""),
];
const MAP_FUNCTIONS: &[(&str, &str)] = &[
    ("dict", "sasa"),
    ("dict", "aa"),
    ("split", "ss"),
    ("splitn", "sis"),
    ("pick", "mss"),
    ("omit", "ms"),
    ("set", "msa"),
    ("unset", "ms"),
    ("dict", ""),
];
const ANY_FUNCTIONS: &[(&str, &str)] = &[
    ("default", "aa"),
    ("coalesce", "aaa"),
    ("ternary", "aab"),
    ("first", "l"),
    ("last", "l"),
    ("index", "li"),
    ("index", "ms"),
    ("get", "ms"),
    ("fromJson", "s"),
    ("fromYaml", "s"),
    ("dig", "sam"),
];
const EXPRESSIONS: &[&str] = &[
    "a", "[a-z]+", "(l+)(o)?", "^.", "\\\\d+", "\\\\s", "", "x*", "(?i)HE", "[^a-c]", "a|b", "\\\\bw", "[",
    "(?P<n>l)", "l{1,2}", ".$", "é",
];

impl Writer<'_> {
    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.random.usize(..from.len())]
    }

    fn chance(&mut self, percent: u8) -> bool {
        self.random.u8(..100) < percent
    }

    fn template(&mut self) -> String {
        let count = self.random.usize(1..4);
        (0..count).map(|_| self.node()).collect()
    }

    fn delimiters(&mut self, inside: &str) -> String {
        let left = self.pick(&["{{ ", "{{", "{{- "]);
        let right = self.pick(&[" }}", "}}", " -}}"]);
        format!("{left}{inside}{right}")
    }

    fn node(&mut self) -> String {
        self.depth += 1;
        let kind = if self.depth > 3 { self.random.u8(..5) } else { self.random.u8(..12) };
        let node = match kind {
            0 | 1 => self.pick(&["text", " ", "\n", "  a\n", "-", "}}", "a b "]).to_owned(),
            2..=6 => {
                let action = self.pipe();
                self.delimiters(&action)
            }
            7 => {
                let name = format!("$v{}", self.variables);
                let value = self.pipe();
                let declared = self.delimiters(&format!("{name} := {value}"));
                self.variables += 1;
                declared
            }
            8 | 9 => self.block("if"),
            10 => self.block("with"),
            _ => self.range(),
        };
        self.depth -= 1;
        node
    }

    fn scoped(&mut self) -> String {
        let variables = self.variables;
        let inside = self.template();
        self.variables = variables;
        inside
    }

    fn block(&mut self, word: &str) -> String {
        let condition = self.pipe();
        let mut block = self.delimiters(&format!("{word} {condition}"));
        block += &self.scoped();
        if self.chance(40) {
            block += &self.delimiters("else");
            block += &self.scoped();
        }
        block + &self.delimiters("end")
    }

    fn range(&mut self) -> String {
        let want = if self.chance(70) { Want::List } else { Want::Map };
        let over = self.expression(want);
        let mut block = self.delimiters(&format!("range {over}"));
        block += &self.scoped();
        if self.chance(15) {
            let word = self.pick(&["break", "continue"]);
            block += &self.delimiters(word);
        }
        block + &self.delimiters("end")
    }

    fn pipe(&mut self) -> String {
        let want =
            self.pick(&[Want::Text, Want::Text, Want::Any, Want::Int, Want::Bool, Want::List, Want::Map]);
        let mut pipe = self.expression(want);
        while self.chance(30) {
            let (name, parameters) = self.function(Want::Text);
            let given = parameters.len().saturating_sub(1);
            let arguments = self.arguments(&parameters[..given]);
            pipe = format!("{pipe} | {name}{arguments}");
        }
        pipe
    }

    fn function(&mut self, want: Want) -> (&'static str, &'static str) {
        let tables: &[&[(&'static str, &'static str)]] = match want {
            Want::Text => &[TEXT_FUNCTIONS],
            Want::Int => &[INT_FUNCTIONS],
            Want::Bool => &[BOOL_FUNCTIONS],
            Want::List => &[LIST_FUNCTIONS],
            Want::Map => &[MAP_FUNCTIONS],
            Want::Any => &[ANY_FUNCTIONS, TEXT_FUNCTIONS, LIST_FUNCTIONS, MAP_FUNCTIONS],
        };
        let table = self.pick(tables);
        self.pick(table)
    }

    /// A call, or something simple.
    fn expression(&mut self, want: Want) -> String {
        self.depth += 1;
        let expression = if self.depth > 6 || self.chance(25) { self.simple(want) } else { self.call(want) };
        self.depth -= 1;
        expression
    }

    fn call(&mut self, want: Want) -> String {
        if self.chance(6) {
            return self.regular_expression();
        }
        if self.chance(6) {
            return self.printf();
        }
        let (name, parameters) = self.function(want);
        let arguments = self.arguments(parameters);
        format!("{name}{arguments}")
    }

    fn regular_expression(&mut self) -> String {
        let expression = self.pick(EXPRESSIONS);
        let text = self.argument('s');
        match self.random.u8(..6) {
            0 => format!("regexMatch \"{expression}\" {text}"),
            1 => format!("regexFind \"{expression}\" {text}"),
            2 => format!("regexFindAll \"{expression}\" {text} {}", self.random.i8(-1..4)),
            3 => format!("regexSplit \"{expression}\" {text} {}", self.random.i8(-1..4)),
            4 => format!("regexReplaceAllLiteral \"{expression}\" {text} \"<$1>\""),
            _ => {
                let by = self.pick(&["<$0>", "${1}x", "$n$$", "", "$1x", "-"]);
                format!("regexReplaceAll \"{expression}\" {text} \"{by}\"")
            }
        }
    }

    fn printf(&mut self) -> String {
        let mut format = String::new();
        let count = self.random.usize(1..4);
        for _ in 0..count {
            format.push('%');
            format += self.pick(&["", "", "", "-", "+", "#", "0", " "]);
            format += self.pick(&["", "", "5", "12"]);
            format += self.pick(&["", "", ".2", ".0"]);
            format +=
                self.pick(&["s", "d", "v", "q", "x", "X", "t", "f", "g", "e", "T", "o", "c", "U", "%", "z"]);
            format += self.pick(&["", " ", "|"]);
        }
        let arguments = self.arguments(&"a".repeat(count));
        // Of a float, %x and %b are not rendered here.
        if format.contains(['x', 'X', 'U']) {
            format!("printf \"{format}\" {}", self.argument('s'))
        } else {
            format!("printf \"{format}\"{arguments}")
        }
    }

    /// An argument for each letter, with a space before it.
    fn arguments(&mut self, letters: &str) -> String {
        let mut arguments = String::new();
        for letter in letters.chars() {
            arguments.push(' ');
            arguments += &self.argument(letter);
        }
        arguments
    }

    fn argument(&mut self, letter: char) -> String {
        let want = match letter {
            's' => Want::Text,
            'i' => Want::Int,
            'b' => Want::Bool,
            'l' => Want::List,
            'm' => Want::Map,
            _ => Want::Any,
        };
        if self.chance(60) {
            return self.simple(want);
        }
        format!("({})", self.expression(want))
    }

    fn simple(&mut self, want: Want) -> String {
        if self.chance(5) {
            return self
                .pick(&[
                    "nil",
                    ".",
                    "$",
                    "1.5",
                    "true",
                    "\"\"",
                    ".missing",
                    "(index . \"missing\")",
                    "list",
                    "dict",
                ])
                .to_owned();
        }
        if self.variables > 0 && self.chance(15) {
            return format!("$v{}", self.random.usize(..self.variables));
        }
        match want {
            Want::Text => {
                if self.chance(60) {
                    self.pick(&["$.a", "$.b", "$.json", "$.n", "(index $ \"tls.crt\")"]).to_owned()
                } else {
                    self.literal()
                }
            }
            Want::Int => {
                self.pick(&["0", "1", "2", "3", "-1", "7", "10", "0x10", "'a'", "(len $.a)"]).to_owned()
            }
            Want::Bool => self.pick(&["true", "false", "(eq 1 1)"]).to_owned(),
            Want::List => self
                .pick(&[
                    "(list 1 2 3)",
                    "(list)",
                    "(splitList \",\" $.a)",
                    "(list \"b\" \"a\" \"b\" nil)",
                    "(until 4)",
                    "(list 1.5 (list 2) (dict \"k\" \"v\"))",
                ])
                .to_owned(),
            Want::Map => self
                .pick(&[
                    "(dict \"a\" 1 \"b\" \"x\")",
                    "(dict)",
                    "(dict \"x\" (dict \"y\" \"z\") \"l\" (list 1 2))",
                    "(split \",\" $.a)",
                    "(dict \"n\" nil)",
                ])
                .to_owned(),
            Want::Any => {
                let want = self.pick(&[Want::Text, Want::Int, Want::Bool, Want::List, Want::Map]);
                self.simple(want)
            }
        }
    }

    fn literal(&mut self) -> String {
        let text = self.pick(TEXTS);
        if text.contains('`') || self.chance(70) {
            format!("{text:?}").replace("\\u{2028}", "\\u2028")
        } else {
            format!("`{text}`")
        }
    }
}
