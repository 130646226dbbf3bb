package nothinglost

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"secretbridge.lab/cluster"
)

// trouble is something that goes wrong.
type trouble struct {
	name string
	// says is what the operator says of it: one of these.
	says []string
	// storeIsAway is whether nothing can be written to the store meanwhile.
	storeIsAway bool
	// begin makes it, and returns what ends it.
	begin func(t *testing.T, s *scene) (end func())
}

var (
	noServer    = []string{"connection refused", "EOF", "connection reset"}
	tooLate     = []string{"deadline exceeded", "Client.Timeout"}
	denied      = []string{"Code: 403"}
	cannotRead  = []string{"Code: 502"}
	unavailable = []string{"Code: 503"}
)

// troubles are in an order: after its token was revoked, the operator has the first one.
func troubles() []trouble {
	return []trouble{
		{name: "TheBridgeIsKilledWhileItAnswers", says: noServer, begin: kill},
		{name: "TheBridgeIsFrozen", says: tooLate, begin: freeze},
		{name: "ItsAnswersAreLate", says: tooLate, begin: standBetween(late)},
		{name: "ItsAnswersAreCutInTheMiddle", says: []string{"EOF"}, begin: standBetween(cut)},
		{name: "ItsStoreIsMovedAway", says: unavailable, storeIsAway: true, begin: moveStore},
		{name: "ItsStoreIsEmptied", says: unavailable, storeIsAway: true, begin: emptyStore},
		{name: "ItIsStartedOverAnEmptyFolder", says: noServer, storeIsAway: true, begin: startOverNothing},
		{name: "ItsStoreIsSomebodyElses", says: cannotRead, storeIsAway: true, begin: swapStore},
		{name: "ItsFilesAreDamaged", says: cannotRead, storeIsAway: true, begin: damageFiles},
		{name: "ItsIdentityIsGone", says: noServer, storeIsAway: true, begin: hideIdentity},
		{name: "ItsAuditLogIsOnAFullDisk", says: unavailable, storeIsAway: true, begin: fillDisk},
		{name: "ItsPolicyDenies", says: denied, begin: configure(settings(mayNothing, "secret"))},
		{name: "ItsMountIsAnother", says: denied, begin: configure(settings(mayRead, "elsewhere"))},
		{name: "ItsSigningKeyIsAnother", says: denied, begin: loseSigningKey},
		{name: "TheTokenIsRevoked", says: denied, begin: revoke},
		{name: "TheFirstTokenIsReplaced", says: denied, begin: replaceFirstToken},
		{name: "TheOperatorHasGivenUpOnItsStore", says: []string{"is not ready"}, begin: giveUp},
	}
}

// kill does so three times while many ask, and then leaves it dead.
func kill(t *testing.T, s *scene) func() {
	crowd := newCrowd(s)
	for range 3 {
		good, bad := crowd.good.Load(), crowd.unanswered.Load()
		cluster.Eventually(t, 30*time.Second, "many are answered", func() error {
			return expect(crowd.good.Load() > good+100, "%d are", crowd.good.Load()-good)
		})
		s.bridge.Kill()
		cluster.Eventually(t, 30*time.Second, "some are not answered", func() error {
			return expect(crowd.unanswered.Load() > bad+10, "%d are not", crowd.unanswered.Load()-bad)
		})
		s.bridge = s.instance.Serve(s.t)
	}
	s.bridge.Kill()
	return func() {
		s.bridge = s.instance.Serve(s.t)
		for _, wrong := range crowd.leave() {
			t.Error(wrong)
		}
	}
}

func freeze(_ *testing.T, s *scene) func() {
	s.bridge.Freeze()
	return s.bridge.Thaw
}

// standBetween puts a proxy between the operator and the bridge, which does that to answers.
func standBetween(do func(*http.Response) error) func(t *testing.T, s *scene) func() {
	return func(t *testing.T, s *scene) func() {
		s.bridge.Kill()
		elsewhere := s.instance.Elsewhere(t)
		s.bridge = elsewhere.Serve(s.t)
		stop := proxy(t, s.instance.Bridge(), elsewhere.Bridge(), do)
		return func() {
			stop()
			s.restart()
		}
	}
}

func moveStore(t *testing.T, s *scene) func() {
	move(t, s.store(""), s.store("")+".away")
	return func() { move(t, s.store("")+".away", s.store("")) }
}

func emptyStore(t *testing.T, s *scene) func() {
	back := moveStore(t, s)
	if err := os.Mkdir(s.store(""), 0o700); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.RemoveAll(s.store("")); err != nil {
			t.Fatal(err)
		}
		back()
	}
}

// startOverNothing is what happens where a file system is not mounted yet.
func startOverNothing(t *testing.T, s *scene) func() {
	s.bridge.Kill()
	back := emptyStore(t, s)
	s.instance.ServeUnready(s.t)
	return func() {
		back()
		s.bridge = s.instance.Serve(s.t)
	}
}

// swapStore puts a store in the place of this one which has all the paths, for other identities.
func swapStore(t *testing.T, s *scene) func() {
	other := cluster.NewInstance(t, s.cluster, initially)
	for path, fields := range stored(0) {
		s.put(other, path, fields)
	}
	back := moveStore(t, s)
	move(t, filepath.Join(other.Folder, "store"), s.store(""))
	return func() {
		move(t, s.store(""), filepath.Join(other.Folder, "store"))
		back()
	}
}

// damageFiles empties every second file of a secret, and cuts the others in the middle.
func damageFiles(t *testing.T, s *scene) func() {
	whole := map[string][]byte{}
	err := filepath.WalkDir(s.store("apps"), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		whole[path], err = os.ReadFile(path)
		return err
	})
	if err != nil || len(whole) != len(stored(0)) {
		t.Fatalf("%d files: %v", len(whole), err)
	}
	for number, path := range slices.Sorted(maps.Keys(whole)) {
		write(t, path, whole[path][:len(whole[path])/2*(number%2)])
	}
	return func() {
		for path, bytes := range whole {
			write(t, path, bytes)
		}
	}
}

// hideIdentity takes away what decrypts, and starts the bridge again: one that runs has it in memory.
func hideIdentity(t *testing.T, s *scene) func() {
	identity := filepath.Join(s.instance.Folder, "age.key")
	s.bridge.Kill()
	move(t, identity, identity+".away")
	s.instance.ServeUnready(s.t)
	return func() {
		move(t, identity+".away", identity)
		s.bridge = s.instance.Serve(s.t)
	}
}

func fillDisk(t *testing.T, s *scene) func() {
	filler, err := os.Create(s.audit("filler"))
	if err != nil {
		t.Fatal(err)
	}
	defer filler.Close()
	for err == nil {
		_, err = filler.Write(make([]byte, 4096))
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(filler.Name()); err != nil {
			t.Fatal(err)
		}
	}
}

// configure starts the bridge again with these settings.
func configure(settings string) func(t *testing.T, s *scene) func() {
	return func(t *testing.T, s *scene) func() {
		s.instance.Configure(t, settings)
		s.restart()
		return func() {
			s.instance.Configure(t, initially)
			s.restart()
		}
	}
}

// loseSigningKey has the bridge make a new one, under which it does not know the operator's token.
func loseSigningKey(t *testing.T, s *scene) func() {
	files, err := filepath.Glob(s.store("secretbridge-system/signing-key*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("the file of the signing key: %v %v", files, err)
	}
	kept := filepath.Join(t.TempDir(), "kept")
	s.bridge.Kill()
	move(t, files[0], kept)
	s.bridge = s.instance.Serve(s.t)
	return func() {
		s.bridge.Kill()
		move(t, kept, files[0])
		s.bridge = s.instance.Serve(s.t)
	}
}

// revoke takes the operator's token back. It gets the first token instead, as it would get a new one.
func revoke(t *testing.T, s *scene) func() {
	s.instance.Write(t, http.MethodPost, "auth/token/revoke", map[string]any{"token": s.token})
	return func() { s.deliver(t, cluster.Token) }
}

// replaceFirstToken ends when the store has the old one again: the operator had no other.
func replaceFirstToken(t *testing.T, s *scene) func() {
	s.instance.Put(t, "BRIDGE_TOKEN", "", []byte("another-first-token-of-the-lab"))
	return func() { s.instance.Put(t, "BRIDGE_TOKEN", "", []byte(cluster.Token)) }
}

// giveUp has the operator look whether its store is ready so often that it sees that it is not, and asks it for nothing more.
func giveUp(t *testing.T, s *scene) func() {
	s.operator.Stop(t)
	s.operator = s.startOperator("--store-requeue-interval=2s")
	s.inSync(t)
	s.bridge.Kill()
	return func() { s.bridge = s.instance.Serve(s.t) }
}

// crowd are many that read from a bridge all the time.
type crowd struct {
	good, unanswered atomic.Int64

	mutex sync.Mutex
	wrong []string
	stop  chan struct{}
	gone  sync.WaitGroup
}

func newCrowd(s *scene) *crowd {
	c := &crowd{stop: make(chan struct{})}
	for range 8 {
		c.gone.Go(func() {
			client := http.Client{Timeout: patience}
			for {
				select {
				case <-c.stop:
					return
				default:
					c.ask(&client, s.instance.Bridge()+"/v1/secret/data/apps/keys")
				}
			}
		})
	}
	return c
}

func (c *crowd) ask(client *http.Client, address string) {
	request, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		panic(err)
	}
	request.Header.Set("X-Vault-Token", cluster.Token)
	response, err := client.Do(request)
	if err == nil {
		defer response.Body.Close()
		_, err = io.ReadAll(response.Body)
	}
	switch {
	case err != nil:
		c.unanswered.Add(1)
		time.Sleep(10 * time.Millisecond) // a refusal takes no time at all
	case response.StatusCode == http.StatusOK:
		c.good.Add(1)
	default:
		c.mutex.Lock()
		defer c.mutex.Unlock()
		c.wrong = append(c.wrong, fmt.Sprintf("somebody was answered with %d", response.StatusCode))
	}
}

// leave says what was answered that is wrong.
func (c *crowd) leave() []string {
	close(c.stop)
	c.gone.Wait()
	return c.wrong
}

func expect(is bool, format string, arguments ...any) error {
	if is {
		return nil
	}
	return fmt.Errorf(format, arguments...)
}

func move(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path string, bytes []byte) {
	t.Helper()
	if err := os.WriteFile(path, bytes, 0o600); err != nil {
		t.Fatal(err)
	}
}
