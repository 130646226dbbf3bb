// Package nothinglost makes trouble for a bridge, and looks what the operator does to the Secrets of a cluster meanwhile.
package nothinglost

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"secretbridge.lab/cluster"
)

func TestNoSecretIsLostInAnyTroubleAndAllAreInSyncAfterIt(t *testing.T) {
	cluster.EachOperator(t, func(t *testing.T, c *cluster.Cluster) {
		s := newScene(t, c)
		for _, trouble := range troubles() {
			if !t.Run(trouble.name, func(t *testing.T) { s.play(t, trouble) }) {
				t.Fatal("what comes after begins with everything in sync")
			}
		}
		t.Run("WhatIsGoneFromTheStoreIsTreatedAsItsPolicySays", func(t *testing.T) { s.playTheTruth(t) })
		s.instance.Run(t, "audit", "verify")
	})
}

// play makes a trouble, waits until the operator has met it with each ExternalSecret, changes values, and ends it.
func (s *scene) play(t *testing.T, trouble trouble) {
	watching := s.cluster.WatchLosses(t, s.wrong)
	defer func() {
		for _, lost := range watching.Stop(t) {
			t.Error(lost)
		}
	}()
	before := len(s.operator.Said(t))
	end := trouble.begin(t, s)
	if !trouble.storeIsAway {
		s.change()
	}
	s.hasAsked(t, before, trouble.says)
	end()
	if trouble.storeIsAway {
		s.change()
	}
	s.inSync(t)
}

// playTheTruth takes all out of the store. It shows that the operator does delete, and that what it does is seen.
func (s *scene) playTheTruth(t *testing.T) {
	watching := s.cluster.WatchLosses(t, s.wrong)
	s.bridge.Kill() // or it would be asked while one of two is gone
	for path := range stored(0) {
		s.instance.Remove(t, path)
	}
	s.bridge = s.instance.Serve(s.t)

	var wanted []string
	for _, each := range declarations() {
		name := namespace + "/" + each.name
		switch each.fate(s.cluster.Operator) {
		case deleted:
			wanted = append(wanted, name+" was deleted")
		case emptied:
			for _, key := range each.keys() {
				wanted = append(wanted, name+" lost its key "+key)
			}
		}
	}
	cluster.Eventually(t, time.Minute, "the operator does what each policy says", func() error {
		for _, each := range declarations() {
			if err := s.isGone(t, each); err != nil {
				return err
			}
		}
		return nil
	})
	lost := watching.Stop(t)
	slices.Sort(lost)
	slices.Sort(wanted)
	if !slices.Equal(lost, wanted) {
		t.Errorf("lost was\n%q\nand not\n%q", lost, wanted)
	}

	round := s.round.Add(1)
	for path, fields := range stored(round) {
		s.put(s.instance, path, fields)
	}
	s.inSync(t)
}

// fate is what becomes of a Secret when the store has nothing for it any more.
type fate int

const (
	kept fate = iota
	emptied
	deleted
)

func (d declaration) fate(operator cluster.Operator) fate {
	switch {
	case d.policy == "Retain":
		return kept
	case d.shape == "find" && operator == cluster.Older:
		return kept // where nothing is found, it fails
	case d.policy == "Delete":
		return deleted
	case d.shape == "template":
		return kept // the template fails for want of the value
	default:
		return emptied
	}
}

// keys are those that the operator has written.
func (d declaration) keys() []string {
	keys := slices.Sorted(maps.Keys(d.wanted(0)))
	return slices.DeleteFunc(keys, func(key string) bool { return key == "own" })
}

// isGone says in what a Secret is not what it has to be once the store has nothing for it.
func (s *scene) isGone(t *testing.T, each declaration) error {
	secret := s.cluster.Secret(t, namespace, each.name)
	switch each.fate(s.cluster.Operator) {
	case deleted:
		return expect(!secret.Exists, "%s is there still", each.name)
	case emptied:
		for _, key := range each.keys() {
			if _, there := secret.Data[key]; there {
				return fmt.Errorf("%s has its key %s still", each.name, key)
			}
		}
		return expect(secret.Exists, "%s is gone", each.name)
	default:
		// That it is kept says nothing before the operator has looked.
		object, err := s.cluster.Object(s.cluster.Operator.ExternalSecrets(), namespace, each.name)
		if err != nil {
			return err
		}
		return expect(cluster.Ready(object) != nil, "%s is ready still", each.name)
	}
}
