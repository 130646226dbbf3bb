package main

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"secretbridge.lab/document"
)

// checkRefused compares what the schemas say about each file of a table with the column of the chart: `schema: ` and a part
// of the problem, or anything else where the schemas let the file pass, which is then a question for the webhooks. The files
// leave their apiVersion to the chart, and need not spell defaults out.
func checkRefused(chart chart, table string, out io.Writer) error {
	definitions, err := chart.read()
	if err != nil {
		return err
	}
	cells, err := document.ReadColumn(table, chart.version)
	if err != nil {
		return err
	}
	if err := complete(table, cells); err != nil {
		return err
	}
	found := 0
	for _, file := range slices.Sorted(maps.Keys(cells)) {
		problems, err := definitions.problems(filepath.Join(filepath.Dir(table), file))
		if err != nil {
			return err
		}
		if complaint := compare(cells[file], problems); complaint != "" {
			found++
			fmt.Fprintf(out, "%s: %s\n", file, complaint)
		}
	}
	fmt.Fprintf(out, "schemas of %s: %d files, %d not judged as %s says\n", chart.version, len(cells), found, filepath.Base(table))
	if found > 0 {
		return errFound
	}
	return nil
}

// complete holds if the table has a row for each file of its folder, and says in each row something that it may say.
func complete(table string, cells map[string]string) error {
	files, err := filepath.Glob(filepath.Join(filepath.Dir(table), "*.yaml"))
	if err != nil {
		return err
	}
	for _, file := range files {
		by, _, _ := strings.Cut(cells[filepath.Base(file)], ": ")
		if !slices.Contains([]string{"schema", "webhook", "controller", "unchecked", "accepted"}, by) {
			return fmt.Errorf("%s says %q about %s", table, by, filepath.Base(file))
		}
	}
	if len(files) == 0 || len(files) != len(cells) {
		return fmt.Errorf("%s has %d rows for %d files", table, len(cells), len(files))
	}
	return nil
}

func (b *bundle) problems(file string) ([]string, error) {
	documents, err := document.Read(file)
	if err != nil {
		return nil, err
	}
	if len(documents) != 1 {
		return nil, fmt.Errorf("%s: %d documents, expected one", file, len(documents))
	}
	object, err := objectOf(documents[0])
	if err != nil {
		return nil, err
	}
	for name, kind := range b.kinds {
		if name.Kind == documents[0].Kind {
			object["apiVersion"] = name.Group + "/" + kind.storage
		}
	}
	_, problems := b.check(object)
	return slices.DeleteFunc(problems, isDefault), nil
}

func compare(expected string, problems []string) string {
	text, bySchema := strings.CutPrefix(expected, "schema: ")
	said := strings.Join(problems, "; ")
	switch {
	case bySchema && !strings.Contains(said, text):
		return fmt.Sprintf("the schemas say %q, expected %q", said, text)
	case !bySchema && said != "":
		return fmt.Sprintf("the schemas say %q, expected nothing", said)
	}
	return ""
}
