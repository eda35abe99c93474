package curves

import (
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// A place is a position in a text: line and column count from 1, the column in bytes.
type place struct{ line, column int }

// errorAt returns an error that begins with the place.
func errorAt(p place, format string, args ...any) error {
	return fmt.Errorf("line %d, column %d: %s", p.line, p.column, fmt.Sprintf(format, args...))
}

type kind int

const (
	jsonNull kind = iota
	jsonBool
	jsonNumber
	jsonString
	jsonList
	jsonObject
)

// String names the kind with its article, as error messages need it.
func (k kind) String() string {
	return [...]string{"null", "true or false", "a number", "a string", "a list", "an object"}[k]
}

// node is a JSON value with its place, which encoding/json does not keep. Unlike encoding/json it
// takes the words NaN, Infinity and -Infinity, which Python writes, and refuses a key given twice.
type node struct {
	kind   kind
	at     place
	number float64
	text   string // of a string
	keys   []key  // of an object, one for each of list
	list   []node // of a list or an object
	// values is set in place of list for a list of nothing but numbers and null, which is NaN.
	values      []float64
	numbersOnly bool
}

type key struct {
	name string
	at   place
}

// get returns the member of an object, nil if there is none.
func (n *node) get(name string) *node {
	for i, k := range n.keys {
		if k.name == name {
			return &n.list[i]
		}
	}
	return nil
}

// maxDepth bounds the nesting, so that hostile text cannot exhaust the stack.
const maxDepth = 32

// maxNodes bounds the values outside lists of numbers, which take much more memory than text.
const maxNodes = 1 << 21

// parser reads one JSON value from text.
type parser struct {
	text  []byte
	nodes int
	pos   int
	line  int
	start int // of the line
}

func parseJSON(text []byte) (*node, error) {
	p := &parser{text: text, line: 1}
	n, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if p.space(); p.pos < len(p.text) {
		return nil, errorAt(p.here(), "%s after the end of the JSON value", p.found())
	}
	return &n, nil
}

func (p *parser) here() place { return place{p.line, p.pos - p.start + 1} }

// found describes what stands at the position.
func (p *parser) found() string {
	if p.pos >= len(p.text) {
		return "end of file"
	}
	r, _ := utf8.DecodeRune(p.text[p.pos:])
	return strconv.QuoteRune(r)
}

func (p *parser) space() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case '\n':
			p.line++
			p.start = p.pos + 1
		case ' ', '\t', '\r':
		default:
			return
		}
		p.pos++
	}
}

// take skips white space and reports whether c comes next, and skips it.
func (p *parser) take(c byte) bool {
	p.space()
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

func (p *parser) value(depth int) (node, error) {
	p.space()
	n := node{at: p.here()}
	if p.nodes++; p.nodes > maxNodes {
		return n, errorAt(n.at, "more than %d values outside lists of numbers", maxNodes)
	}
	if depth > maxDepth {
		return n, errorAt(n.at, "lists and objects nested deeper than %d", maxDepth)
	}
	if p.pos >= len(p.text) {
		return n, errorAt(n.at, "the file ends where a value is expected")
	}
	var err error
	switch c := p.text[p.pos]; {
	case c == '{':
		err = p.object(&n, depth)
	case c == '[':
		err = p.array(&n, depth)
	case c == '"':
		n.kind = jsonString
		n.text, err = p.quoted()
	default:
		err = p.word(&n)
	}
	return n, err
}

// numbers reads a list if it holds nothing but numbers and null, else it leaves the parser where it
// was and reports false.
func (p *parser) numbers(n *node) bool {
	begin := *p
	p.pos++
	if !p.take(']') {
		for {
			p.space()
			var v node
			if p.pos >= len(p.text) || !isWord(p.text[p.pos]) || p.word(&v) != nil || v.kind == jsonBool {
				*p = begin
				return false
			}
			if v.kind == jsonNull {
				v.number = math.NaN()
			}
			n.values = append(n.values, v.number)
			if p.take(']') {
				break
			}
			if !p.take(',') {
				*p = begin
				return false
			}
		}
	}
	n.numbersOnly = true
	return true
}

func (p *parser) array(n *node, depth int) error {
	n.kind = jsonList
	if p.numbers(n) {
		return nil
	}
	n.values = nil
	p.pos++
	if p.take(']') {
		return nil
	}
	for {
		v, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		n.list = append(n.list, v)
		if p.take(']') {
			return nil
		}
		if !p.take(',') {
			return errorAt(p.here(), "%s in a list, expected ',' or ']'", p.found())
		}
	}
}

func (p *parser) object(n *node, depth int) error {
	n.kind = jsonObject
	p.pos++
	if p.take('}') {
		return nil
	}
	seen := make(map[string]place)
	for {
		p.space()
		k := key{at: p.here()}
		if p.pos >= len(p.text) || p.text[p.pos] != '"' {
			return errorAt(k.at, "%s in an object, expected a key in quotes", p.found())
		}
		var err error
		if k.name, err = p.quoted(); err != nil {
			return err
		}
		if first, twice := seen[k.name]; twice {
			return errorAt(k.at, "key %s again, it stands at line %d, column %d already",
				shorten(k.name), first.line, first.column)
		}
		seen[k.name] = k.at
		if !p.take(':') {
			return errorAt(p.here(), "%s after key %s, expected ':'", p.found(), shorten(k.name))
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		n.keys, n.list = append(n.keys, k), append(n.list, v)
		if p.take('}') {
			return nil
		}
		if !p.take(',') {
			return errorAt(p.here(), "%s in an object, expected ',' or '}'", p.found())
		}
	}
}

// quoted reads a string in quotes at the position.
func (p *parser) quoted() (string, error) {
	at, end := p.here(), p.pos+1
	for ; end < len(p.text) && p.text[end] != '"'; end++ {
		switch {
		case p.text[end] == '\\':
			end++
		case p.text[end] < ' ':
			return "", errorAt(at, "a string that runs over the end of its line or holds a control character")
		}
	}
	if end >= len(p.text) {
		return "", errorAt(at, "a string without its closing quote")
	}
	quoted := p.text[p.pos : end+1]
	p.pos = end + 1
	return unquote(quoted, at)
}

// word reads a number or one of null, true, false, NaN, Infinity, -Infinity.
func (p *parser) word(n *node) error {
	start := p.pos
	for p.pos < len(p.text) && isWord(p.text[p.pos]) {
		p.pos++
	}
	text := string(p.text[start:p.pos])
	switch text {
	case "":
		return errorAt(n.at, "%s where a value is expected", p.found())
	case "null":
		return nil
	case "true", "false":
		n.kind = jsonBool
		return nil
	}
	var ok bool
	n.kind = jsonNumber
	if n.number, ok = parseNumber(text); !ok {
		return errorAt(n.at, "%s is not a number", shorten(text))
	}
	return nil
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' ||
		c == '-' || c == '+' || c == '.' || c == '_'
}

// parseNumber reads a decimal number, or nan, inf, infinity in any case and with a sign. A number
// beyond the range of float64 is infinite. Hexadecimal and underscores, which strconv takes, are
// no numbers here.
func parseNumber(text string) (float64, bool) {
	for _, c := range []byte(text) {
		if c == '_' || c == 'x' || c == 'X' {
			return math.NaN(), false
		}
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(v, 0) {
		return math.NaN(), false
	}
	return v, true
}

// shorten quotes a text for a message and cuts a long one.
func shorten(text string) string {
	const most = 40
	runes := []rune(text)
	if len(runes) > most {
		return strconv.Quote(string(runes[:most])) + "…"
	}
	return strconv.Quote(text)
}
