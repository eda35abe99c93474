package registry

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"
)

// Limits that no description comes near; they bound what a hostile text costs.
const (
	maxBytes      = 32 << 20
	maxDepth      = 64
	maxContainers = 1 << 19
)

var (
	errDepth = fmt.Errorf("it is nested more than %d levels deep", maxDepth)
	errCount = fmt.Errorf("it holds more than %d objects and lists", maxContainers)
)

// check fails if data is too large or deep, not exactly one JSON value, or has
// an object with two members of the same name.
func check(data []byte) error {
	if len(data) > maxBytes {
		return fmt.Errorf("its text has %d bytes, more than the limit of %d", len(data), maxBytes)
	}
	if !utf8.Valid(data) {
		return errors.New("its text is not UTF-8")
	}
	var raw json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return invalid(err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var open []container
	count := 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return invalid(err)
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			if len(open) == maxDepth {
				return errDepth
			}
			if count++; count > maxContainers {
				return errCount
			}
			open = append(afterValue(open), container{object: token == json.Delim('{')})
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		default:
			if open, err = afterScalar(open, token); err != nil {
				return err
			}
		}
	}
}

// container is an object or array under way.
type container struct {
	object bool
	value  bool // an object's next token is a member's value
	keys   map[string]bool
}

// afterValue notes that a value of the innermost container has been seen.
func afterValue(open []container) []container {
	if len(open) > 0 {
		open[len(open)-1].value = false
	}
	return open
}

// afterScalar notes a member's name or a value that is no container.
func afterScalar(open []container, token json.Token) ([]container, error) {
	if len(open) == 0 {
		return open, nil
	}
	c := &open[len(open)-1]
	if !c.object || c.value {
		return afterValue(open), nil
	}
	key := token.(string)
	if c.keys[key] {
		return nil, fmt.Errorf("member %q is there twice", key)
	}
	if c.keys == nil {
		c.keys = map[string]bool{}
	}
	c.keys[key] = true
	c.value = true
	return open, nil
}

func invalid(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("invalid JSON at byte %d: %w", syntax.Offset, err)
	}
	return fmt.Errorf("invalid JSON: %w", err)
}

// member is one entry of an object; value is a part of the object's text.
type member struct {
	key   string
	value []byte
}

// members splits valid JSON into the members of an object, in their order.
func members(data []byte) ([]member, error) {
	data = bytes.TrimSpace(data)
	if data[0] != '{' {
		return nil, fmt.Errorf("%.40s where an object is wanted", data)
	}
	var list []member
	for part := range split(data) {
		end := stringEnd(part)
		key, err := unquote(part[:end])
		if err != nil {
			return nil, err
		}
		_, value, _ := bytes.Cut(part[end:], []byte{':'})
		list = append(list, member{key, bytes.TrimSpace(value)})
	}
	return list, nil
}

// elements splits valid JSON into the values of an array.
func elements(data []byte) (iter.Seq[[]byte], error) {
	data = bytes.TrimSpace(data)
	if data[0] != '[' {
		return nil, fmt.Errorf("%.40s where a list is wanted", data)
	}
	return split(data), nil
}

// split cuts the inside of a valid object or array at its own commas.
func split(data []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		rest := bytes.TrimSpace(data[1 : len(data)-1])
		for len(rest) > 0 {
			end := partEnd(rest)
			if !yield(bytes.TrimSpace(rest[:end])) {
				return
			}
			rest = rest[min(end+1, len(rest)):]
		}
	}
}

// partEnd returns where the first comma outside of inner strings, objects and
// arrays stands, or the end.
func partEnd(data []byte) int {
	depth := 0
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			i += stringEnd(data[i:]) - 1
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case ',':
			if depth == 0 {
				return i
			}
		}
	}
	return len(data)
}

// stringEnd returns the length of the string that valid JSON starts with.
func stringEnd(data []byte) int {
	for i := 1; ; i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
}

func unquote(text []byte) (string, error) {
	var s string
	err := json.Unmarshal(text, &s)
	return s, err
}
