package datasets

import (
	"fmt"
	"slices"
	"strings"
)

// enumString returns the name of v, or typ(v) for a value without a name.
func enumString[T ~uint8](typ string, v T, names []string) string {
	if int(v) < len(names) && names[v] != "" {
		return names[v]
	}
	return fmt.Sprintf("%s(%d)", typ, v)
}

// marshalEnum returns the name of v for a file; a value without a name is an error.
func marshalEnum[T ~uint8](typ string, v T, names []string) ([]byte, error) {
	if int(v) < len(names) && names[v] != "" {
		return []byte(names[v]), nil
	}
	return nil, fmt.Errorf("datasets: no %s has the number %d", typ, v)
}

// parseEnum returns the value with the given name.
func parseEnum[T ~uint8](typ string, text []byte, names []string) (T, error) {
	if i := slices.Index(names, string(text)); i >= 0 && len(text) > 0 {
		return T(i), nil
	}
	known := slices.DeleteFunc(slices.Clone(names), func(s string) bool { return s == "" })
	return 0, fmt.Errorf("datasets: unknown %s %q; known: %s", typ, text, strings.Join(known, ", "))
}
