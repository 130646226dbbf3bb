// Package webhooks is the part that the programs for all versions of the operator share: it reads YAML, asks the validators
// that a program links, and compares their answers with a table.
package webhooks

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"secretbridge.lab/document"
)

// Webhook asks the operator about one object, in JSON.
type Webhook func(object []byte) (warnings []string, err error)

// Operator is one version of the operator.
type Operator struct {
	// Chart is its version.
	Chart string
	// Webhooks has a validator for each kind that the operator validates.
	Webhooks map[string]Webhook
}

const usage = `accepted PATH...     every resource in these YAML files is accepted
refused TABLE        every file of the table, in the table's folder, is answered as the table says`

var errFound = errors.New("problems were found")

// Main is the command line.
func Main(operator Operator) {
	switch err := operator.run(os.Args[1:], os.Stdout); {
	case errors.Is(err, errFound):
		os.Exit(1)
	case err != nil:
		fmt.Fprintf(os.Stderr, "webhooks of %s: %v\n", operator.Chart, err)
		os.Exit(2)
	}
}

func (o Operator) run(arguments []string, out io.Writer) error {
	switch {
	case len(arguments) > 1 && arguments[0] == "accepted":
		return o.accepted(arguments[1:], out)
	case len(arguments) == 2 && arguments[0] == "refused":
		return o.refused(arguments[1], out)
	}
	return errors.New("use one of these\n" + usage)
}

func (o Operator) accepted(paths []string, out io.Writer) error {
	documents, err := document.Read(paths...)
	if err != nil {
		return err
	}
	asked, others, found := 0, map[string]int{}, 0
	for _, document := range documents {
		webhook, object := o.webhook(document)
		if webhook == nil {
			others[document.KindOrFile()]++
			continue
		}
		asked++
		warnings, err := webhook(object)
		for _, warning := range warnings {
			fmt.Fprintf(out, "%s: warning: %s\n", document, warning)
		}
		if err != nil {
			found++
			fmt.Fprintf(out, "%s: %s\n", document, oneLine(err))
		}
	}
	fmt.Fprintf(out, "webhooks of %s: %d resources, %d refused; not asked about: %s\n", o.Chart, asked, found, document.Tally(others))
	if asked == 0 {
		return fmt.Errorf("nothing to ask about in %s", strings.Join(paths, " "))
	}
	if found > 0 {
		return errFound
	}
	return nil
}

// webhook gives what answers for a document, and the object to ask about. The operator makes an ExternalSecret of what is in
// a ClusterExternalSecret, and its webhook sees that one alone.
func (o Operator) webhook(d document.Document) (Webhook, []byte) {
	if d.APIVersion != "" && !strings.HasPrefix(d.APIVersion, "external-secrets.io/") {
		return nil, nil
	}
	if d.Kind != "ClusterExternalSecret" {
		return o.Webhooks[d.Kind], d.JSON
	}
	var cluster struct {
		Spec struct{ ExternalSecretSpec json.RawMessage }
	}
	if json.Unmarshal(d.JSON, &cluster) != nil || cluster.Spec.ExternalSecretSpec == nil {
		return o.Webhooks[d.Kind], d.JSON
	}
	object, err := json.Marshal(map[string]any{
		"apiVersion": d.APIVersion,
		"kind":       "ExternalSecret",
		"metadata":   map[string]string{"name": d.Metadata.Name},
		"spec":       cluster.Spec.ExternalSecretSpec,
	})
	if err != nil {
		return o.Webhooks[d.Kind], d.JSON
	}
	return o.Webhooks["ExternalSecret"], object
}

// refused compares the answers with the column of the table that has the operator's version. `webhook: ` stands before a part
// of the error; with `schema: …` the webhook would never be asked; with anything else, it has to accept.
func (o Operator) refused(table string, out io.Writer) error {
	rows, err := document.ReadColumn(table, o.Chart)
	if err != nil {
		return err
	}
	answered, found := 0, 0
	for _, file := range slices.Sorted(maps.Keys(rows)) {
		answer, err := o.answer(filepath.Join(filepath.Dir(table), file))
		if err != nil {
			return err
		}
		if problem := compare(rows[file], answer); problem != "" {
			found++
			fmt.Fprintf(out, "%s: %s\n", file, problem)
		}
		answered++
	}
	fmt.Fprintf(out, "webhooks of %s: %d files, %d not answered as %s says\n", o.Chart, answered, found, filepath.Base(table))
	if answered == 0 {
		return fmt.Errorf("%s names no files", table)
	}
	if found > 0 {
		return errFound
	}
	return nil
}

// answer is the webhook's error, or nil; the file holds one document, which leaves its apiVersion to the chart.
func (o Operator) answer(file string) (error, error) {
	documents, err := document.Read(file)
	if err != nil {
		return nil, err
	}
	if len(documents) != 1 {
		return nil, fmt.Errorf("%s: %d documents, expected one", file, len(documents))
	}
	webhook, object := o.webhook(documents[0])
	if webhook == nil {
		return nil, nil
	}
	_, refusal := webhook(object)
	return refusal, nil
}

func compare(expected string, answer error) string {
	by, text, _ := strings.Cut(expected, ": ")
	switch {
	case by == "schema":
		return ""
	case by == "webhook" && answer == nil:
		return fmt.Sprintf("is accepted, but should be refused with %q", text)
	case by == "webhook" && !strings.Contains(answer.Error(), text):
		return fmt.Sprintf("is refused with %q, but should be with %q", oneLine(answer), text)
	case by != "webhook" && answer != nil:
		return fmt.Sprintf("is refused with %q, but the table says %q", oneLine(answer), expected)
	}
	return ""
}

func oneLine(err error) string {
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}
