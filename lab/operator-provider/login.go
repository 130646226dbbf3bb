package operator

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"secretbridge.lab/served"
)

// LogIns says which environment variable has the ways to log in, apart by blanks, that must work. The others are tried, and
// left out with a word where the bridge refuses their settings.
const LogIns = "SECRETBRIDGE_LOGINS"

// logIn is a way of the operator to get a token.
type logIn struct {
	name string
	// settings are below `bridge:`.
	settings string
	// files are what they name.
	files map[string]string
	// auth is what the store says, and secrets what the namespace has for it.
	auth    object
	secrets map[string]map[string][]byte
	// wrong is what the namespace has when it is not to succeed.
	wrong map[string]map[string][]byte
}

const logInSettings = `instance: lab
store: { provider: file, path: store }
bridge:
  token: { source: BRIDGE_TOKEN }
  tls: { cert: tls/tls.crt, key: tls/tls.key, client_ca: tls/ca.crt, client_auth: optional }
  policies:
    reader:
      - { path: secret/data/app/*, capabilities: [read] }
`

func logIns(t *testing.T, operator Operator) {
	authority := served.NewAuthority(t)
	wanted := strings.Fields(os.Getenv(LogIns))
	rows := ways(t, authority)
	for _, name := range wanted {
		if !slices.ContainsFunc(rows, func(row logIn) bool { return row.name == name }) {
			t.Errorf("%s names %s, which there is no test for", LogIns, name)
		}
	}
	for _, row := range rows {
		files := map[string]string{
			"secretbridge.yaml": logInSettings + row.settings, "store/login/secret-id": secretID, "store/login/password": password,
		}
		maps.Copy(files, row.files)
		bridge, err := served.Try(t, files, authority)
		switch {
		case err == nil:
			t.Run(row.name, func(t *testing.T) {
				row.run(t, &suite{operator: operator, bridge: bridge}, authority)
			})
		case slices.Contains(wanted, row.name):
			t.Errorf("%s: %v", row.name, err)
		default:
			t.Logf("left out: %s: %s", row.name, reason(err))
		}
	}
}

// reason is what the program says is wrong with its settings.
func reason(err error) string {
	var said []string
	for _, line := range strings.Split(err.Error(), "\n") {
		if _, problem, is := strings.Cut(line, "× "); is {
			said = append(said, problem)
		}
	}
	if len(said) == 0 {
		return err.Error()
	}
	return strings.Join(said, "; ")
}

const (
	secretID = "the-secret-id-of-the-lab"
	password = "the-password-of-ada-in-the-lab"
)

func ways(t *testing.T, authority *served.Authority) []logIn {
	issuer := newIssuer(t)
	operators, strangers := authority.Client(t, "operator"), authority.Client(t, "stranger")
	pair := func(pair served.Pair) map[string]map[string][]byte {
		return map[string]map[string][]byte{"login": {"tls.crt": pair.Certificate, "tls.key": pair.Key}}
	}
	one := func(value string) map[string]map[string][]byte {
		return map[string]map[string][]byte{"login": {"value": []byte(value)}}
	}
	login := object{"name": "login", "key": "value"}
	return []logIn{
		{
			name: "token", auth: object{"tokenSecretRef": login},
			secrets: one(served.Token), wrong: one("not-a-token-of-this-bridge"),
		},
		{
			name: "appRole",
			settings: `  auth:
    approle: { type: approle, roles: { operator: { secret_id: login/secret-id, policies: [reader] } } }
`,
			auth:    object{"appRole": object{"path": "approle", "roleId": "operator", "secretRef": login}},
			secrets: one(secretID), wrong: one("another-secret-id-altogether"),
		},
		{
			name: "userPass",
			settings: `  auth:
    userpass: { type: userpass, users: { ada: { password: login/password, policies: [reader] } } }
`,
			auth:    object{"userPass": object{"path": "userpass", "username": "ada", "secretRef": login}},
			secrets: one(password), wrong: one("another password altogether"),
		},
		{
			name: "jwt",
			settings: `  auth:
    jwt:
      type: jwt
      jwks: keys.json
      roles: { operator: { bound_audiences: [bridge], bound_subject: ada, policies: [reader] } }
`,
			files:   map[string]string{"keys.json": issuer.keys(t)},
			auth:    object{"jwt": object{"path": "jwt", "role": "operator", "secretRef": login}},
			secrets: one(issuer.token(t, "ada")), wrong: one(issuer.token(t, "eve")),
		},
		{
			name: "cert",
			settings: `  auth:
    cert: { type: cert, roles: { operator: { allowed_common_names: [operator], policies: [reader] } } }
`,
			auth: object{"cert": object{
				"clientCert": object{"name": "login", "key": "tls.crt"}, "secretRef": object{"name": "login", "key": "tls.key"},
			}},
			secrets: pair(operators), wrong: pair(strangers),
		},
	}
}

func (l logIn) run(t *testing.T, s *suite, authority *served.Authority) {
	s.put(t, "app/db", object{"v": "1"})
	s.put(t, "other/db", object{"v": "1"})
	store := s.store().with("caBundle", authority.Certificate).with("auth", l.auth)
	store.Secrets = l.secrets

	t.Run("reads, validates, and gives the token back", func(t *testing.T) {
		client, err := s.operator.New(t, store)
		done(t, err)
		reads(t, client, Ref{Key: "app/db", Property: "v"}, "1")
		_, err = client.Secret(Ref{Key: "app/nothing"})
		s.noSecret(t, err)
		result, err := client.Validate()
		done(t, err)
		equal(t, result, "Ready")
		done(t, client.Close())
		if l.name != "token" {
			s.fails(t, second(client.Secret(Ref{Key: "app/db"})), "Code: 403")
		}
	})

	if l.name != "token" {
		t.Run("may do what its policies say", func(t *testing.T) {
			s.fails(t, second(s.client(t, store).Secret(Ref{Key: "other/db"})), "Code: 403")
		})
	}

	t.Run("is refused with a wrong credential", func(t *testing.T) {
		store.Secrets = l.wrong
		client, err := s.operator.New(t, store)
		if err == nil {
			_, err = client.Secret(Ref{Key: "app/nothing"})
		}
		s.fails(t, err, "Code: 4")
	})
}

// issuer signs JSON web tokens.
type issuer struct{ key *rsa.PrivateKey }

func newIssuer(t *testing.T) issuer {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	done(t, err)
	return issuer{key}
}

// keys is its public key as a JSON Web Key Set.
func (i issuer) keys(t *testing.T) string {
	number := func(bytes []byte) string { return base64.RawURLEncoding.EncodeToString(bytes) }
	text, err := json.Marshal(object{"keys": []object{{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "lab",
		"n": number(i.key.N.Bytes()), "e": number(big.NewInt(int64(i.key.E)).Bytes()),
	}}})
	done(t, err)
	return string(text)
}

func (i issuer) token(t *testing.T, subject string) string {
	part := func(value object) string {
		text, err := json.Marshal(value)
		done(t, err)
		return base64.RawURLEncoding.EncodeToString(text)
	}
	now := time.Now().Unix()
	text := part(object{"alg": "RS256", "typ": "JWT", "kid": "lab"}) + "." +
		part(object{"iss": "lab", "sub": subject, "aud": "bridge", "iat": now, "nbf": now - 60, "exp": now + 600})
	digest := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, i.key, crypto.SHA256, digest[:])
	done(t, err)
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}
