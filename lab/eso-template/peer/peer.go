// Package peer answers for a template engine of the External Secrets Operator.
//
//	golden DIRECTORY   renders the cases of DIRECTORY/*.tpl over DIRECTORY/data.json, and writes DIRECTORY/*.golden
//	htpasswd FILE      verifies the password in the first line of FILE against the htpasswd line in the second
//	compare            reads cases with another engine's answers from standard input, one JSON object a line, and
//	                   shows those that this engine answers differently
//	functions          lists the names of the engine's functions
package peer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"unicode/utf8"
)

// Engine renders one template over the fetched values.
type Engine func(text string, data map[string][]byte) ([]byte, error)

// Case is a template with its values and, where another engine has answered, that answer: null where it failed.
type Case struct {
	Template string            `json:"template"`
	Data     map[string][]byte `json:"data"`
	Answer   *[]byte           `json:"answer"`
	Failure  string            `json:"failure,omitempty"`
}

// Verify tells whether a password has a bcrypt hash.
type Verify func(hash, password []byte) error

// Main does what the command line asks for.
func Main(engine Engine, functions []string, verify Verify) {
	var err error
	switch {
	case len(os.Args) == 3 && os.Args[1] == "golden":
		err = golden(engine, os.Args[2])
	case len(os.Args) == 3 && os.Args[1] == "htpasswd":
		err = htpasswd(verify, os.Args[2])
	case len(os.Args) == 2 && os.Args[1] == "compare":
		err = compare(engine)
	case len(os.Args) == 2 && os.Args[1] == "functions":
		sort.Strings(functions)
		fmt.Println(strings.Join(functions, "\n"))
	default:
		err = fmt.Errorf("usage: golden DIRECTORY | htpasswd FILE | compare | functions")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const between = "\n%%\n"

func golden(engine Engine, directory string) error {
	raw, err := os.ReadFile(filepath.Join(directory, "data.json"))
	if err != nil {
		return err
	}
	var data map[string][]byte
	if err := json.Unmarshal(raw, &data); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(directory, "*.tpl"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no cases in %s (%v)", directory, err)
	}
	for _, file := range files {
		cases, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var answers bytes.Buffer
		for _, text := range strings.Split(strings.TrimSuffix(string(cases), "\n"), between) {
			line, err := json.Marshal(answer(engine, text, data))
			if err != nil {
				return err
			}
			answers.Write(append(line, '\n'))
		}
		out := strings.TrimSuffix(file, ".tpl") + ".golden"
		if err := os.WriteFile(out, answers.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// answer is the text, or an object with the bytes in base64 where they are no text, or null where the engine failed.
func answer(engine Engine, text string, data map[string][]byte) any {
	rendered, err := engine(text, data)
	switch {
	case err != nil:
		return nil
	case utf8.Valid(rendered):
		return string(rendered)
	default:
		return map[string][]byte{"base64": rendered}
	}
}

func htpasswd(verify Verify, file string) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	lines := strings.Split(string(raw), "\n")
	if len(lines) < 2 {
		return fmt.Errorf("%s has no two lines", file)
	}
	_, hash, _ := strings.Cut(lines[1], ":")
	return verify([]byte(hash), []byte(lines[0]))
}

func compare(engine Engine) error {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	same, failures, different := 0, 0, 0
	for lines.Scan() {
		var one Case
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return err
		}
		rendered, err := engine(one.Template, one.Data)
		switch {
		case err != nil && one.Answer == nil:
			failures++
		case err == nil && one.Answer != nil && bytes.Equal(rendered, *one.Answer):
			same++
		default:
			different++
			show(one, rendered, err)
		}
	}
	fmt.Printf("%d the same, %d failed in both, %d different\n", same, failures, different)
	if err := lines.Err(); err != nil {
		return err
	}
	if different > 0 {
		return fmt.Errorf("the engines differ")
	}
	return nil
}

func show(one Case, rendered []byte, err error) {
	fmt.Printf("--- %s\n", one.Template)
	if err != nil {
		fmt.Printf("operator fails: %v\n", err)
	} else {
		fmt.Printf("operator: %q\n", rendered)
	}
	if one.Answer == nil {
		fmt.Printf("ours fails: %s\n", one.Failure)
	} else {
		fmt.Printf("ours:     %q\n", *one.Answer)
	}
}
