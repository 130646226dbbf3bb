package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// changes lists where the two differ, by path.
func changes(path string, before, after any) []string {
	switch after := after.(type) {
	case map[string]any:
		if before, ok := before.(map[string]any); ok {
			return changedFields(path, before, after)
		}
	case []any:
		if before, ok := before.([]any); ok && len(before) == len(after) {
			var found []string
			for index := range after {
				found = append(found, changes(fmt.Sprintf("%s[%d]", path, index), before[index], after[index])...)
			}
			return found
		}
	}
	if reflect.DeepEqual(before, after) {
		return nil
	}
	return []string{fmt.Sprintf("%s: %s becomes %s", path, show(before), show(after))}
}

func changedFields(path string, before, after map[string]any) []string {
	var found []string
	for _, name := range names(before, after) {
		inner := name
		if path != "" {
			inner = path + "." + name
		}
		old, was := before[name]
		now, is := after[name]
		switch {
		case !was:
			found = append(found, fmt.Sprintf("%s: %s is added", inner, show(now)))
		case !is:
			found = append(found, fmt.Sprintf("%s: %s is removed", inner, show(old)))
		default:
			found = append(found, changes(inner, old, now)...)
		}
	}
	return found
}

func names(before, after map[string]any) []string {
	all := maps.Clone(before)
	maps.Copy(all, after)
	return slices.Sorted(maps.Keys(all))
}

func show(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}
