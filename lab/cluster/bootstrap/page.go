// Package bootstrap types what a page of the documentation says.
package bootstrap

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

// block is one of the page's blocks of shell.
type block struct {
	commands string
	// marker is what the page says to the lab of it: that it is not to be typed as it stands.
	marker string
}

var (
	blocks    = regexp.MustCompile("(?m)^(?:<!-- lab: ([^>]*) -->\n)?```sh\n((?s:.*?))^```$")
	anyBlocks = regexp.MustCompile("(?m)^```[a-z]")
	anyMarker = regexp.MustCompile("<!-- lab: ")
)

// read finds all blocks of a page, and insists that no other is on it.
func read(page string) ([]block, error) {
	text, err := os.ReadFile(page)
	if err != nil {
		return nil, err
	}
	var all []block
	for _, found := range blocks.FindAllSubmatch(text, -1) {
		all = append(all, block{marker: string(found[1]), commands: string(found[2])})
	}
	if there := len(anyBlocks.FindAll(text, -1)); there != len(all) {
		return nil, fmt.Errorf("%s has %d blocks, of which %d are shell", page, there, len(all))
	}
	marked := 0
	for _, each := range all {
		if each.marker != "" {
			marked++
		}
	}
	if there := len(anyMarker.FindAll(text, -1)); there != marked {
		return nil, fmt.Errorf("%s has %d markers, of which %d stand before a block", page, there, marked)
	}
	return all, nil
}

// has is whether one of its lines begins so.
func (b block) has(command string) bool {
	return strings.HasPrefix(b.commands, command) || strings.Contains(b.commands, "\n"+command)
}
