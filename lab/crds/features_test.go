package main

import (
	"strings"
	"testing"
)

const source = `
pub enum Feature {
    /// A rank.
    Rank,
    /// Sharp tools.
    SharpTools,
}
impl Feature {
    fn row(self) -> (&'static str, (u64, u64, u64)) {
        match self {
            Self::Rank => ("rank", (0, 10, 5)),
            Self::SharpTools => {
                ("sharp tools", (1, 0, 0))
            }
        }
    }
}
`

func TestTheTableIsJoinedWithItsPlaces(t *testing.T) {
	features, err := readFeatures(write(t, "feature.rs", source), write(t, "f.tsv", "SharpTools\tSailor spec.tools[].sharp\nRank\tSailor spec.rank = cook\n"))
	if err != nil || len(features) != 2 || features[1].first != "1.0.0" || features[1].places[0].String() != "Sailor spec.tools[].sharp" {
		t.Errorf("features %v, error %v", features, err)
	}
}

func TestAFeatureWithoutAPlaceIsRefused(t *testing.T) {
	expectError(t, source, "Rank\tSailor\n", "no place for the feature SharpTools")
}

func TestAPlaceWithoutAFeatureIsRefused(t *testing.T) {
	expectError(t, source, "Rank\tSailor\nSharpTools\tSailor\nOther\tSailor\n", "no feature Other")
}

func TestARowThatIsNotReadIsNoticed(t *testing.T) {
	expectError(t, strings.Replace(source, "(0, 10, 5)", "LATER", 1), "Rank\tSailor\n", "2 variants but 1 rows")
}

func TestAChartContradictsAWrongFirstChart(t *testing.T) {
	for text, there := range map[string]bool{
		"Sailor":                           true,
		"Pirate":                           false,
		"Sailor spec.tools[].sharp":        true,
		"Sailor spec.tools[].blunt":        false,
		"Sailor spec.age.deeper":           false,
		"Sailor spec.rank = cook":          true,
		"Sailor spec.rank = admiral":       false,
		"Sailor spec.rank default cook":    true,
		"Sailor spec.rank default captain": false,
		"Sailor spec.age optional":         true,
		"Sailor spec.rank optional":        false,
		"Sailor spec.tools[].none = sharp": false,
	} {
		one, err := parsePlace(text)
		if err != nil {
			t.Fatal(err)
		}
		for version, contradicted := range map[string]bool{"0.19.0": there, "0.20.0": !there, "0.20.1": !there} {
			feature := feature{variant: "V", first: "0.20.0", places: []place{one}}
			if found := feature.contradictions(version, testBundle(t)); (len(found) > 0) != contradicted {
				t.Errorf("%s at %s: %q", text, version, found)
			}
		}
	}
}

func expectError(t *testing.T, source, places, want string) {
	t.Helper()
	_, err := readFeatures(write(t, "feature.rs", source), write(t, "f.tsv", places))
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, expected %q", err, want)
	}
}
