package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/json"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// document is one YAML document of a file.
type document struct {
	file   string
	number int
	object map[string]any
}

// readDocuments reads all YAML files at the paths, which are files or directories. A key that is written twice is an error.
func readDocuments(paths []string) ([]document, error) {
	files, err := yamlFiles(paths)
	if err != nil {
		return nil, err
	}
	var documents []document
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		parts, err := split(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for index, part := range parts {
			object, err := parse(part)
			if err != nil {
				return nil, fmt.Errorf("%s, document %d: %w", file, index+1, err)
			}
			documents = append(documents, document{file: file, number: index + 1, object: object})
		}
	}
	return documents, nil
}

func parse(text []byte) (map[string]any, error) {
	converted, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return nil, err
	}
	var object map[string]any
	return object, json.Unmarshal(converted, &object) // whole numbers stay whole
}

func (d document) name() string {
	object := unstructured.Unstructured{Object: d.object}
	name := object.GetName()
	if namespace := object.GetNamespace(); namespace != "" {
		name = namespace + "/" + name
	}
	return fmt.Sprintf("%s: %s %s", d.file, object.GetKind(), name)
}

// split cuts a file into documents and drops those that hold nothing but comments.
func split(text []byte) ([][]byte, error) {
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	var documents [][]byte
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, err
		}
		var content any
		if err := yaml.Unmarshal(document, &content); err != nil {
			return nil, err
		}
		if content != nil {
			documents = append(documents, document)
		}
	}
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
	sort.Strings(files)
	return files, nil
}
