package curves

import (
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
)

// readJSON reads a history in any of the JSON forms that Read names.
func readJSON(text []byte) (*History, error) {
	n, err := parseJSON(text)
	if err != nil {
		return nil, err
	}
	if n.kind == jsonList {
		return readList(n)
	}
	if n.kind != jsonObject {
		return nil, errorAt(n.at, "%v, expected an object or a list", n.kind)
	}
	if f := n.get("format"); f != nil && f.kind == jsonString {
		return readOwn(n, f)
	}
	if inner := n.get("history"); inner != nil && inner.kind == jsonObject {
		n = inner
	}
	if inner := n.get("log_history"); inner != nil && inner.kind == jsonList {
		return readList(inner)
	}
	return readColumns(n)
}

// unquote decodes a JSON string with its quotes.
func unquote(quoted []byte, at place) (string, error) {
	var s string
	if err := json.Unmarshal(quoted, &s); err != nil {
		return "", errorAt(at, "a string with a faulty escape")
	}
	return s, nil
}

// readOwn reads goodfit's own form.
func readOwn(n, format *node) (*History, error) {
	if format.text != jsonFormat {
		return nil, errorAt(format.at, "format %s, expected %q", shorten(format.text), jsonFormat)
	}
	if v := n.get("version"); v == nil || v.kind != jsonNumber || v.number != 1 {
		return nil, errorAt(n.at, "a history of another version than 1, which this program does not read")
	}
	h := &History{}
	for _, s := range n.members("series") {
		if err := h.readSeries(&s); err != nil {
			return nil, err
		}
	}
	for _, l := range n.members("layers") {
		if err := h.readLayer(&l); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// members returns the elements of a list in an object, none if there is no such list.
func (n *node) members(name string) []node {
	if list := n.get(name); list != nil && list.kind == jsonList {
		return list.list
	}
	return nil
}

// str returns a member that must be a string.
func (n *node) str(name string) (string, error) {
	v := n.get(name)
	if n.kind != jsonObject || v == nil {
		return "", errorAt(n.at, "%v without %q, expected an object with it", n.kind, name)
	}
	if v.kind != jsonString {
		return "", errorAt(v.at, "%q is %v, expected a string", name, v.kind)
	}
	return v.text, nil
}

func (h *History) readSeries(n *node) error {
	name, err := n.str("name")
	if err != nil {
		return err
	}
	direction, err := n.str("direction")
	if err != nil {
		return err
	}
	s := Series{Name: name}
	for s.Direction.String() != direction {
		if s.Direction++; s.Direction > Maximize {
			return errorAt(n.get("direction").at, "direction %s, expected minimize, maximize or unknown", shorten(direction))
		}
	}
	if h.index(name) >= 0 {
		return errorAt(n.at, "a second series %s", shorten(name))
	}
	values := n.get("values")
	if values == nil {
		return errorAt(n.at, "series %s without values", shorten(name))
	}
	if s.Values, err = values.numbers(name); err != nil {
		return err
	}
	h.Series = append(h.Series, s)
	return nil
}

func (h *History) readLayer(n *node) error {
	name, err := n.str("layer")
	if err != nil {
		return err
	}
	if slices.ContainsFunc(h.Layers, func(l LayerSeries) bool { return l.Layer == name }) {
		return errorAt(n.at, "a second layer %s", shorten(name))
	}
	for i, column := range h.layer(name).columns() {
		values := n.get(layerColumns[i])
		if values == nil {
			continue
		}
		if *column, err = values.numbers(name); err != nil {
			return err
		}
	}
	return nil
}

// numbers returns a list of numbers; null is NaN. An object with the keys "0", "1", … in order, as
// pandas writes a column, counts as a list.
func (n *node) numbers(name string) ([]float64, error) {
	if n.kind != jsonList && (n.kind != jsonObject || !n.indexed()) {
		return nil, errorAt(n.at, "%s is %v, expected a list of numbers", shorten(name), n.kind)
	}
	if n.numbersOnly {
		return n.values, nil
	}
	values := make([]float64, len(n.list))
	for i := range n.list {
		var ok bool
		if values[i], ok = n.list[i].value(); !ok {
			return nil, errorAt(n.list[i].at, "%s in the list %s, expected a number", n.list[i].shown(), shorten(name))
		}
	}
	return values, nil
}

// value returns a number; null is NaN, a string may hold a number.
func (n *node) value() (float64, bool) {
	switch n.kind {
	case jsonNull:
		return math.NaN(), true
	case jsonNumber:
		return n.number, true
	case jsonString:
		return parseNumber(strings.TrimSpace(n.text))
	}
	return math.NaN(), false
}

// shown names a node in a message: a string by its text, anything else by its kind.
func (n *node) shown() string {
	if n.kind == jsonString {
		return shorten(n.text)
	}
	return n.kind.String()
}

// indexed reports whether the keys of an object are "0", "1", … in order.
func (n *node) indexed() bool {
	for i, k := range n.keys {
		if k.name != strconv.Itoa(i) {
			return false
		}
	}
	return len(n.keys) > 0
}

// readColumns reads an object with a list of numbers per name.
func readColumns(n *node) (*History, error) {
	h := &History{}
	if len(n.keys) > maxColumns {
		return nil, errTooWide
	}
	for i, k := range n.keys {
		v := &n.list[i]
		if k.name == "epoch" || scalarAttribute(k.name, v) {
			continue
		}
		values, err := v.numbers(k.name)
		if err != nil {
			return nil, err
		}
		if err := h.place(canonicalName(k.name), values, k.at); err != nil {
			return nil, err
		}
	}
	if h.Epochs() == 0 {
		return nil, errors.New("no numeric series in the file")
	}
	return h, nil
}

// scalarAttribute reports whether a member is one of scikit-learn's fitted attributes that is no
// curve, as "n_iter_" or "validation_scores_" where there is no validation.
func scalarAttribute(name string, v *node) bool {
	return strings.HasSuffix(name, "_") && v.kind != jsonList && v.kind != jsonObject
}

// readList reads a list of records, or TensorBoard's list of [wall time, step, value].
func readList(n *node) (*History, error) {
	if n.numbersOnly && len(n.values) > 0 {
		return nil, errorAt(n.at, "a list of numbers without a name, expected an object with a list per name")
	}
	if len(n.list) == 0 {
		return nil, errorAt(n.at, "an empty list, expected records or numbers")
	}
	switch n.list[0].kind {
	case jsonObject:
		return readRecords(n)
	case jsonList:
		return readTriples(n)
	}
	return nil, errorAt(n.list[0].at, "a list of what is %v, expected a list of records, or an object with a list per name",
		n.list[0].kind)
}

func readTriples(n *node) (*History, error) {
	values := make([]float64, len(n.list))
	for i := range n.list {
		row := &n.list[i]
		if !row.numbersOnly || len(row.values) != 3 {
			return nil, errorAt(row.at, "%v, expected the list [wall time, step, value]", row.kind)
		}
		values[i] = row.values[2]
	}
	return &History{Series: []Series{{Name: scalarName, Values: values}}}, nil
}

// readRecords makes a table of a list of objects; what a record does not have is blank.
func readRecords(n *node) (*History, error) {
	var t table
	index := make(map[string]int)
	for i := range n.list {
		record := &n.list[i]
		if record.kind != jsonObject {
			return nil, errorAt(record.at, "%v in a list of records, expected an object", record.kind)
		}
		for _, k := range record.keys {
			if _, ok := index[k.name]; !ok {
				index[k.name] = len(t.columns)
				t.columns = append(t.columns, column{name: k.name, at: k.at})
			}
		}
		t.rows = append(t.rows, record.at)
	}
	if len(t.columns) > maxColumns || len(t.columns)*len(t.rows) > maxFile {
		return nil, errTooWide
	}
	if len(t.columns) == 0 {
		return nil, errors.New("no numeric series in the file")
	}
	for i := range t.columns {
		t.columns[i].blankRows(len(t.rows))
	}
	for i, record := range n.list {
		for j, k := range record.keys {
			t.columns[index[k.name]].set(i, &record.list[j])
		}
	}
	return t.history()
}

// blankRows makes a column of blanks.
func (c *column) blankRows(rows int) {
	c.numbers, c.blank = make([]float64, rows), make([]bool, rows)
	for i := range c.numbers {
		c.numbers[i], c.blank[i] = math.NaN(), true
	}
}

// set puts a JSON value into a row.
func (c *column) set(row int, n *node) {
	v, ok := n.value()
	if c.numbers[row], c.blank[row] = v, n.kind == jsonNull; !ok {
		c.refuse(cmp.Or(n.text, n.kind.String()), n.at)
	}
}
