package images

import (
	"fmt"
	"slices"
	"strings"
)

// marshalName returns the name of a value of an enumeration.
func marshalName[T ~uint8](what string, v T, names []string) ([]byte, error) {
	if int(v) >= len(names) {
		return nil, fmt.Errorf("images: no %s has the number %d", what, v)
	}
	return []byte(names[v]), nil
}

// parseName returns the place of a name.
func parseName(what, text string, names []string) (int, error) {
	k := slices.Index(names, text)
	if k < 0 {
		return 0, fmt.Errorf("images: no %s is named %q; there are %s", what, text, strings.Join(names, ", "))
	}
	return k, nil
}
