package scale

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

	"secretbridge.lab/cluster"
)

// waiting are the ExternalSecrets that the operator has not said anything new of.
//
// They are watched, and not listed again and again: that would take more of the API server's time than the operator does.
type waiting struct {
	objects dynamic.ResourceInterface
	// before is for which state of it the operator has said last that an ExternalSecret is ready.
	before map[string]string
	// position is from where on to watch.
	position string
}

// watch looks at what the operator has said so far.
func watch(t *testing.T, c *cluster.Cluster, count int) *waiting {
	t.Helper()
	w := &waiting{objects: c.Client().Resource(c.Operator.ExternalSecrets()).Namespace("scale"), before: map[string]string{}}
	list, err := w.objects.List(context.Background(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range list.Items {
		w.before[object.GetName()] = synced(&object)
	}
	if len(w.before) != count {
		t.Fatalf("there are %d ExternalSecrets of %d", len(w.before), count)
	}
	w.position = list.GetResourceVersion()
	return w
}

// synced is the state of an ExternalSecret that its Secret is made of.
func synced(object *unstructured.Unstructured) string {
	version, _, _ := unstructured.NestedString(object.Object, "status", "syncedResourceVersion")
	return version
}

// ready waits until all of them are ready, anew, and returns how long after the start that was.
func (w *waiting) ready(t *testing.T, started time.Time) time.Duration {
	t.Helper()
	deadline := time.After(within)
	sees := func(object *unstructured.Unstructured) {
		name := object.GetName()
		if last, pending := w.before[name]; pending && synced(object) != last && cluster.Ready(object) == nil {
			delete(w.before, name)
		}
	}
	for len(w.before) > 0 {
		watching, err := w.objects.Watch(context.Background(), metav1.ListOptions{ResourceVersion: w.position})
		if err != nil {
			t.Fatal(err)
		}
		for open := true; open && len(w.before) > 0; {
			select {
			case event, more := <-watching.ResultChan():
				object, is := event.Object.(*unstructured.Unstructured)
				if open = more && is; open {
					sees(object)
				}
			case <-deadline:
				watching.Stop()
				t.Fatalf("%d ExternalSecrets are not ready after %v, such as: %v", len(w.before), within, w.trouble(t))
			}
		}
		watching.Stop()
		if len(w.before) > 0 {
			// The API server has closed it: what has happened meanwhile is in the list.
			list, err := w.objects.List(context.Background(), metav1.ListOptions{})
			if err != nil {
				t.Fatal(err)
			}
			for _, object := range list.Items {
				sees(&object)
			}
			w.position = list.GetResourceVersion()
		}
	}
	return time.Since(started)
}

// trouble is what the operator says of one that is not ready.
func (w *waiting) trouble(t *testing.T) error {
	t.Helper()
	for name := range w.before {
		object, err := w.objects.Get(context.Background(), name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		if err := cluster.Ready(object); err != nil {
			return err
		}
		return fmt.Errorf("%s is ready as it was before", name)
	}
	return nil
}

// touch tells the operator of all of them.
func touch(t *testing.T, c *cluster.Cluster, names map[string]string) {
	t.Helper()
	objects := c.Client().Resource(c.Operator.ExternalSecrets()).Namespace("scale")
	patch := []byte(`{"metadata":{"annotations":{"force-sync":"now"}}}`)
	atOnce(t, names, func(name, _ string) error {
		_, err := objects.Patch(context.Background(), name, types.MergePatchType, patch, metav1.PatchOptions{})
		return err
	})
}

// forgetPeak has the peak memory of a process counted from here on.
func forgetPeak(t *testing.T, process *cluster.Process) {
	t.Helper()
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", process.ID()), []byte("5"), 0); err != nil {
		t.Fatal(err)
	}
}

// tick is the unit of the times in /proc, which is the same on every Linux.
const tick = time.Second / 100

// cpu is the time that a process has computed for.
func cpu(t *testing.T, process *cluster.Process) time.Duration {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process.ID()))
	if err != nil {
		t.Fatal(err)
	}
	// The name stands in parentheses; behind it, the 12th and 13th field are user and system time.
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	var user, system time.Duration
	if _, err := fmt.Sscan(fields[11]+" "+fields[12], &user, &system); err != nil {
		t.Fatal(err)
	}
	return (user + system) * tick
}

// load says how busy the machine is with other things.
func load(t *testing.T, when string) {
	t.Helper()
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("\nload: %s, of the last minute: %s", when, strings.Fields(string(text))[0])
}
