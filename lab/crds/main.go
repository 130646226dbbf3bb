// Command crds checks YAML against the resource definitions of a chart of the External Secrets Operator, with the API
// server's own code, and a table of features against the resource definitions of all charts.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"secretbridge.lab/document"
)

const usage = `crds check -chart VERSION PATH...               check YAML files, or all below a directory
crds refused -chart VERSION TABLE               check files that something of the operator refuses against a table
crds features -source feature.rs -places TSV    check the table of features
crds charts                                     list the charts
Each takes -charts TSV first, the table of charts.
`

var errFound = errors.New("problems were found")

func main() {
	switch err := run(os.Args[1:], os.Stdout); {
	case errors.Is(err, errFound):
		os.Exit(1)
	case err != nil:
		fmt.Fprintln(os.Stderr, "crds:", err)
		os.Exit(2)
	}
}

func run(arguments []string, out io.Writer) error {
	if len(arguments) == 0 {
		return errors.New("which command?\n" + usage)
	}
	flags := flag.NewFlagSet("crds "+arguments[0], flag.ContinueOnError)
	table := flags.String("charts", "charts.tsv", "the table of charts")
	version := flags.String("chart", "", "the chart's version, or a .yaml file of any resource definitions")
	source := flags.String("source", "", "the source of eso_contrib::Feature")
	places := flags.String("places", "features.tsv", "where the resource definitions show each feature")
	if err := flags.Parse(arguments[1:]); err != nil {
		return err
	}
	charts, err := readCharts(*table)
	if err != nil {
		return err
	}
	switch arguments[0] {
	case "charts":
		for _, chart := range charts {
			fmt.Fprintln(out, chart.version)
		}
		return nil
	case "check", "refused":
		chart, err := chartOf(charts, *version)
		if err != nil {
			return err
		}
		if arguments[0] == "refused" {
			return checkRefused(chart, flags.Arg(0), out)
		}
		return checkPaths(chart, flags.Args(), out)
	case "features":
		return checkFeatures(charts, *source, *places, out)
	}
	return fmt.Errorf("no command %q\n%s", arguments[0], usage)
}

func checkPaths(chart chart, paths []string, out io.Writer) error {
	definitions, err := chart.read()
	if err != nil {
		return err
	}
	documents, err := document.Read(paths...)
	if err != nil {
		return err
	}
	judged, others, found := 0, map[string]int{}, 0
	for _, document := range documents {
		object, err := objectOf(document)
		if err != nil {
			return err
		}
		ours, problems := definitions.check(object)
		if !ours {
			others[document.KindOrFile()]++
			continue
		}
		judged++
		found += len(problems)
		for _, problem := range problems {
			fmt.Fprintf(out, "%s: %s\n", document, problem)
		}
	}
	fmt.Fprintf(out, "chart %s: %d resources, %d problems; not of this chart: %s\n", chart.version, judged, found, document.Tally(others))
	if judged == 0 {
		return fmt.Errorf("nothing of the chart's groups in %s", strings.Join(paths, " "))
	}
	if found > 0 {
		return errFound
	}
	return nil
}

func checkFeatures(charts []chart, source, places string, out io.Writer) error {
	features, err := readFeatures(source, places)
	if err != nil {
		return err
	}
	found := 0
	for _, chart := range charts {
		definitions, err := chart.read()
		if err != nil {
			return err
		}
		for _, feature := range features {
			for _, contradiction := range feature.contradictions(chart.version, definitions) {
				found++
				fmt.Fprintln(out, contradiction)
			}
		}
	}
	fmt.Fprintf(out, "%d features in %d charts: %d contradictions\n", len(features), len(charts), found)
	if found > 0 {
		return errFound
	}
	return nil
}

func (c chart) read() (*bundle, error) {
	path, err := c.definitions()
	if err != nil {
		return nil, err
	}
	return readBundle(path)
}
