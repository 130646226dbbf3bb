package operator

import "testing"

func (s *suite) find(t *testing.T) {
	client := s.client(t, s.store())
	for key, notes := range map[string]object{
		"find/web/db": {"stage": "live", "team": "a"}, "find/web/cache": {"stage": "test", "team": "a"}, "find/db": {"stage": "live"}, "find/bare": nil,
	} {
		s.put(t, key, object{"key": key})
		if notes != nil {
			s.note(t, key, notes)
		}
	}
	s.put(t, "find/deleted-db", object{"v": "1"})
	s.bridge.Ask(t, s.bridge.Token, "DELETE", "secret/data/find/deleted-db", nil)
	found := func(keys ...string) map[string]string {
		found := make(map[string]string)
		for _, key := range keys {
			found[key] = `{"key":"` + key + `"}`
		}
		return found
	}
	live := map[string]string{"stage": "live"}

	for name, row := range map[string]struct {
		find Find
		keys []string
	}{
		"by name":                  {Find{Name: "^find/.*db$"}, []string{"find/db", "find/web/db"}},
		"by name and path":         {Find{Name: "db$", Path: "find/web"}, []string{"find/web/db"}},
		"by name, all of a path":   {Find{Name: ".*", Path: "find"}, []string{"find/bare", "find/db", "find/web/cache", "find/web/db"}},
		"by name that nothing has": {Find{Name: "^nobody$"}, nil},
		"by tag":                   {Find{Path: "find", Tags: live}, []string{"find/db", "find/web/db"}},
		"by two tags":              {Find{Path: "find", Tags: map[string]string{"stage": "live", "team": "a"}}, []string{"find/web/db"}},
		"by tag that nothing has":  {Find{Path: "find", Tags: map[string]string{"stage": "none"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := client.AllSecrets(row.find)
			done(t, err)
			equal(t, texts(got), found(row.keys...))
		})
	}

	t.Run("in a folder with nothing in it", func(t *testing.T) {
		_, err := client.AllSecrets(Find{Name: ".*", Path: "find/nothing"})
		if s.operator.AnEmptyFolderIsNoSecret {
			s.noSecret(t, err)
		} else {
			s.fails(t, err, "does not contain any secrets")
		}
	})

	t.Run("the bridge's own secrets are not found", func(t *testing.T) {
		got, err := client.AllSecrets(Find{Name: "(?i)token|secretbridge"})
		done(t, err)
		equal(t, texts(got), map[string]string{})
	})
}
