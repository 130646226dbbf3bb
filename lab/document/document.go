// Package document reads YAML files as the documents that they hold. It depends on next to nothing, because the programs
// that use it choose their versions of everything else by the operator that they link.
package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"sigs.k8s.io/yaml"
)

// Document is one document of a file.
type Document struct {
	File string
	// JSON is the document; never nil, and always an object.
	JSON []byte
	Head
}

// Head is what tells objects apart.
type Head struct {
	APIVersion string
	Kind       string
	Metadata   struct{ Namespace, Name string }
}

// Read reads all YAML files at the paths, which are files or directories. A key that is written twice is an error.
func Read(paths ...string) ([]Document, error) {
	files, err := yamlFiles(paths)
	if err != nil {
		return nil, err
	}
	var documents []Document
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for index, part := range Split(text) {
			document, err := parse(part)
			if err != nil {
				return nil, fmt.Errorf("%s, document %d: %w", file, index+1, err)
			}
			document.File = file
			documents = append(documents, document)
		}
	}
	return documents, nil
}

func parse(text []byte) (Document, error) {
	var document Document
	converted, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return document, err
	}
	if string(converted) == "null" {
		return document, errors.New("it holds nothing")
	}
	document.JSON = converted
	return document, json.Unmarshal(converted, &document.Head)
}

// String names the object and its file. What has no kind, such as a helmfile, goes by its file alone.
func (d Document) String() string {
	name := d.Metadata.Name
	if d.Metadata.Namespace != "" {
		name = d.Metadata.Namespace + "/" + name
	}
	return fmt.Sprintf("%s: %s %s", d.File, d.Kind, name)
}

// KindOrFile is the kind, and the file's name where there is none.
func (d Document) KindOrFile() string {
	if d.Kind != "" {
		return d.Kind
	}
	return filepath.Base(d.File)
}

var (
	separator = regexp.MustCompile(`(?m)^---[ \t]*(#.*)?$`)
	nothing   = regexp.MustCompile(`^(\s*(#.*)?(\n|$))*$`)
)

// Split cuts a file into documents and drops those that hold nothing but comments.
func Split(text []byte) [][]byte {
	var documents [][]byte
	start := 0
	for _, cut := range append(separator.FindAllIndex(text, -1), []int{len(text), len(text)}) {
		document := text[start:cut[0]]
		if start = cut[1]; !nothing.Match(bytes.TrimSpace(document)) {
			documents = append(documents, document)
		}
	}
	return documents
}

func yamlFiles(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			extension := filepath.Ext(file)
			if !entry.IsDir() && (file == path || extension == ".yaml" || extension == ".yml") {
				files = append(files, file)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(files)
	return files, nil
}
