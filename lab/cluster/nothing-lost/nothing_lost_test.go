// Package nothinglost makes trouble for a bridge, and looks what the operator does to the Secrets of a cluster meanwhile.
package nothinglost

import (
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
	for _, lost := range watching.Stop(t) {
		t.Error(lost)
	}
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
		switch {
		case each.policy == "Delete":
			wanted = append(wanted, name+" was deleted")
		case each.policy == "Merge" && each.shape == merged:
			wanted = append(wanted, name+" lost its key password")
		case each.policy == "Merge" && each.shape != "template":
			for key := range each.wanted(0) {
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

// isGone says in what a Secret is not what it has to be once the store has nothing for it.
func (s *scene) isGone(t *testing.T, each declaration) error {
	secret := s.cluster.Secret(t, namespace, each.name)
	switch {
	case each.policy == "Delete":
		return expect(!secret.Exists, "%s is there still", each.name)
	case each.policy == "Merge" && each.shape == merged:
		return expect(slices.Equal(slices.Collect(maps.Keys(secret.Data)), []string{"own"}), "%s has its keys still", each.name)
	case each.policy == "Merge" && each.shape != "template":
		return expect(secret.Exists && len(secret.Data) == 0, "%s has its keys still", each.name)
	}
	// Kept as it was; and it is seen that it was looked at.
	object, err := s.cluster.Object(s.cluster.Operator.ExternalSecrets(), namespace, each.name)
	if err != nil {
		return err
	}
	return expect(cluster.Ready(object) != nil, "%s is ready still", each.name)
}
