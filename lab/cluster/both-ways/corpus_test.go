package bothways

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"secretbridge.lab/cluster"
)

// home is the namespace of manifests that name none.
const home = "corpus"

// Case is some manifests, and what the store has for them.
type Case struct {
	// Case says what it is about.
	Case string `json:"case"`
	// Since is the first chart that it holds for; all, unless given.
	Since string `json:"since"`
	// Until is the first chart that it does not hold for any more.
	Until string `json:"until"`
	// Store is by path and field.
	Store map[string]map[string]Value `json:"store"`
	// Existing are Secrets that somebody else has made before.
	Existing []map[string]any `json:"existing"`
	// Manifests are without `sync_mode`.
	Manifests []map[string]any `json:"manifests"`
	// ByReference are fields of the manifests that only the operator can follow, and that do not change what the Secret is.
	ByReference map[string]any `json:"by_reference"`
	// Templates makes one more manifest of those that the crate secret-template is tested with.
	Templates *Templates `json:"templates"`
	// ByChance are keys that the operator gives other bytes each time, and as many.
	ByChance []string `json:"by_chance"`
	// Unready says that by value it is a Secret, and that by reference there is none and the operator says so: a build by reference
	// reads no values, and the bridge does not answer with another one.
	Unready bool `json:"unready"`
	// Gives are keys of the first Secret as they must be; the others are only compared.
	Gives map[string]Value `json:"gives"`

	// SyncMode is that of the build that refuses the manifests.
	SyncMode string `json:"sync_mode"`
	// Says are texts of the error.
	Says []string `json:"says"`
}

// Templates are those of one topic that the operator renders without an error.
type Templates struct {
	Topic string `json:"topic"`
	// LeaveOut are texts by chart, or for `every` one: a template that has one of them means something else there, or nothing.
	LeaveOut map[string][]string `json:"leave_out"`
}

// Value is some bytes: a text, or a map that says how they are made.
type Value struct {
	bytes []byte
	// isJSON is whether they are the JSON of something other than a string.
	isJSON bool
}

// UnmarshalJSON reads `text`, `{ base64: … }`, `{ json: … }`, `{ file: … }` (from the root of the project),
// `{ random: COUNT }`, `{ letters: COUNT }` and `{ base64_of_random: COUNT }`.
func (v *Value) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		var plain string
		err := json.Unmarshal(text, &plain)
		v.bytes = []byte(plain)
		return err
	}
	var made struct {
		Base64         *string `json:"base64"`
		JSON           *string `json:"json"`
		File           string  `json:"file"`
		Random         int     `json:"random"`
		Letters        int     `json:"letters"`
		Base64OfRandom int     `json:"base64_of_random"`
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&made); err != nil {
		return err
	}
	var err error
	switch {
	case made.Base64 != nil:
		v.bytes, err = base64.StdEncoding.DecodeString(*made.Base64)
	case made.JSON != nil:
		v.bytes, v.isJSON = []byte(*made.JSON), true
	case made.File != "":
		v.bytes, err = os.ReadFile(filepath.Join(os.Getenv("SECRETBRIDGE_LAB_ROOT"), made.File))
	case made.Random > 0:
		v.bytes = random(made.Random)
	case made.Letters > 0:
		v.bytes = letters(made.Letters)
	case made.Base64OfRandom > 0:
		v.bytes = []byte(base64.StdEncoding.EncodeToString(random(made.Base64OfRandom)))
	default:
		err = fmt.Errorf("%s is no value", text)
	}
	return err
}

// random bytes are the same in each run, and others for each count.
func random(count int) []byte {
	made := make([]byte, count)
	seed := [32]byte{}
	copy(seed[:], fmt.Sprint(count))
	_, _ = rand.NewChaCha8(seed).Read(made)
	return made
}

// letters are text of several alphabets, with line ends.
func letters(count int) []byte {
	alphabet := []string{"a", "Z", "0", " ", "\n", "\"", "\\", "<", "é", "ß", "漢", "🔑", "{{", "\t", ":", "\u2028"}
	var made bytes.Buffer
	for _, choice := range random(count) {
		made.WriteString(alphabet[int(choice)%len(alphabet)])
		if made.Len() >= count {
			break
		}
	}
	// What is cut in two at the end is no text.
	text := bytes.ToValidUTF8(made.Bytes()[:count], nil)
	return append(text, bytes.Repeat([]byte("."), count-len(text))...)
}

// read are the cases of a folder that hold for the operator's chart.
func read(t *testing.T, folder string, operator cluster.Operator) []Case {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: there are no cases: %v", folder, err)
	}
	var all []Case
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var cases []Case
		if err := yaml.UnmarshalStrict(text, &cases); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, each := range cases {
			if each.Since != "" && older(operator.Version, each.Since) {
				t.Logf("left out: %s, which is from chart %s on", each.Case, each.Since)
				continue
			}
			if each.Until != "" && !older(operator.Version, each.Until) {
				t.Logf("left out: %s, which is until chart %s", each.Case, each.Until)
				continue
			}
			if each.Templates != nil {
				each.addTemplates(t, operator)
			}
			each.complete(t)
			all = append(all, each)
		}
	}
	return all
}

// older is whether one version comes before the other.
func older(one, other string) bool {
	numbers := func(version string) (all [3]int) {
		_, _ = fmt.Sscanf(version, "%d.%d.%d", &all[0], &all[1], &all[2])
		return all
	}
	before, after := numbers(one), numbers(other)
	return slices.Compare(before[:], after[:]) < 0
}

// complete gives each manifest a namespace.
func (c *Case) complete(t *testing.T) {
	t.Helper()
	if len(c.Manifests) == 0 {
		t.Fatalf("%s: there are no manifests", c.Case)
	}
	for _, manifest := range c.Manifests {
		if manifest["sync_mode"] != nil {
			t.Fatalf("%s: a manifest of the corpus says nothing of how it is delivered", c.Case)
		}
		if manifest["namespace"] == nil && manifest["namespaces"] == nil {
			manifest["namespace"] = home
		}
	}
}

// addTemplates makes a manifest with a key for each template that the operator has rendered.
func (c *Case) addTemplates(t *testing.T, operator cluster.Operator) {
	t.Helper()
	topic := c.Templates.Topic
	folder := filepath.Join(os.Getenv("SECRETBRIDGE_LAB_ROOT"), "crates/secret-template/tests/it/corpus")
	text := func(name string) string {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSuffix(string(text), "\n")
	}
	templates := strings.Split(text(topic+".tpl"), "\n%%\n")
	answers := strings.Split(text(topic+".golden"), "\n")
	if len(templates) != len(answers) {
		t.Fatalf("%s: %d templates and %d answers", topic, len(templates), len(answers))
	}
	var encoded map[string]string
	if err := json.Unmarshal([]byte(text("data.json")), &encoded); err != nil {
		t.Fatal(err)
	}
	path := "templates/" + topic
	stored := map[string]Value{}
	for name, value := range encoded {
		stored[name] = Value{bytes: []byte(value)}
	}
	rendered, left := map[string]any{}, 0
	for index, template := range templates {
		texts := slices.Concat(c.Templates.LeaveOut["every"], c.Templates.LeaveOut[operator.Version])
		leftOut := slices.ContainsFunc(texts, func(text string) bool {
			return strings.Contains(template, text)
		})
		if leftOut {
			left++
		} else if answers[index] != "null" {
			rendered[fmt.Sprintf("template-%03d", index+1)] = template
		}
	}
	if left > 0 {
		t.Logf("left out: %d of the templates about %s", left, topic)
	}
	t.Logf("%d templates about %s", len(rendered), topic)
	c.Store = map[string]map[string]Value{path: stored}
	c.Manifests = append(c.Manifests, map[string]any{
		"name":      "templates-" + topic,
		"data_from": []any{map[string]any{"extract": map[string]any{"key": path, "decoding_strategy": "Base64"}}},
		"template":  map[string]any{"data": rendered},
	})
}

// Target is where a Secret goes.
type Target struct{ namespace, name string }

// targets are all Secrets that the manifests declare, in their order, each once.
func (c *Case) targets() []Target {
	var all []Target
	for _, manifest := range c.Manifests {
		spaces, _ := manifest["namespaces"].([]any)
		if one := manifest["namespace"]; one != nil {
			spaces = append(spaces, one)
		}
		for _, space := range spaces {
			target := Target{space.(string), manifest["name"].(string)}
			if !slices.Contains(all, target) {
				all = append(all, target)
			}
		}
	}
	return all
}

// declared is the manifests of a configuration, delivered in that way. JSON is YAML, where
// all but ASCII is escaped.
func declared(t *testing.T, cases []Case, mode string) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("secrets:\n")
	for _, each := range cases {
		for _, manifest := range each.Manifests {
			whole := maps.Clone(manifest)
			whole["sync_mode"] = mode
			if mode == byReference {
				maps.Copy(whole, each.ByReference)
			}
			line, err := json.Marshal(whole)
			if err != nil {
				t.Fatal(err)
			}
			text.WriteString("  - ")
			for _, letter := range string(line) {
				if letter < 0x7f {
					text.WriteRune(letter)
				} else {
					fmt.Fprintf(&text, "\\U%08x", letter)
				}
			}
			text.WriteByte('\n')
		}
	}
	return text.String()
}

// fill puts into the store what the cases need, and starts the bridge: what is JSON is written through it.
func fill(t *testing.T, instance *cluster.Instance, cases []Case) {
	t.Helper()
	known := map[string]string{}
	asJSON := map[string]map[string]any{}
	for _, each := range cases {
		for _, path := range slices.Sorted(maps.Keys(each.Store)) {
			fields := each.Store[path]
			if before, there := known[path]; there {
				t.Fatalf("%s and %s both write %s", before, each.Case, path)
			}
			known[path] = each.Case
			if slices.ContainsFunc(slices.Collect(maps.Values(fields)), func(value Value) bool { return value.isJSON }) {
				asJSON[path] = bodyOf(fields)
				continue
			}
			for _, field := range slices.Sorted(maps.Keys(fields)) {
				instance.Put(t, path, field, fields[field].bytes)
			}
		}
	}
	instance.Serve(t)
	for path, fields := range asJSON {
		segments := strings.Split(path, "/")
		for index, segment := range segments {
			segments[index] = url.PathEscape(segment)
		}
		instance.Write(t, http.MethodPut, "secret/data/"+strings.Join(segments, "/"), map[string]any{"data": fields})
	}
}

func bodyOf(fields map[string]Value) map[string]any {
	body := map[string]any{}
	for name, value := range fields {
		if value.isJSON {
			body[name] = json.RawMessage(value.bytes)
		} else {
			body[name] = string(value.bytes)
		}
	}
	return body
}
