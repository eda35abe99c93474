package datasets

import (
	"math"
	"strconv"
	"strings"
)

// spelling says how the text of a cell spells a number.
type spelling uint8

const (
	spelledText     spelling = iota // not a number
	spelledShort                    // as formatNumber writes it
	spelledLong                     // a number in other words: 1.50, +3, 1e5
	spelledCode                     // digits after a 0, as in a postal code: 00501
	spelledInfinite                 // inf, or beyond the range of float64
)

// cellNumber is a cell read as a number.
type cellNumber struct {
	value    float64
	spelling spelling
	comma    bool // has a decimal comma
	point    bool // has a decimal point
	grouped  bool // the comma or point could separate thousands: 1,234
}

// exactPowers are the powers of ten up to mostExactDigits; float64 holds them exactly.
var exactPowers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// mostExactDigits is the number of decimal digits that any float64 keeps apart,
// so that a number of so many digits is its own shortest text.
const mostExactDigits = 15

// readNumber reads decimal digits with an optional sign, fraction and exponent,
// and the words for infinity. A comma may stand for the point. Neither the words
// for NaN nor hexadecimal digits, underscores or separators of thousands are
// numbers here.
func readNumber(cell string) cellNumber {
	start := 0
	if cell != "" && (cell[0] == '-' || cell[0] == '+') {
		start = 1
	}
	end := digitsEnd(cell, start)
	whole, fraction := cell[start:end], ""
	var n cellNumber
	if end < len(cell) && (cell[end] == '.' || cell[end] == ',') {
		n.point, n.comma = cell[end] == '.', cell[end] == ','
		from := end + 1
		end = digitsEnd(cell, from)
		fraction = cell[from:end]
	}
	switch {
	case whole == "" && fraction == "":
		return readInfinity(cell)
	case end < len(cell) && !isExponent(cell[end:]):
		return cellNumber{}
	case end == len(cell) && isShortest(cell, whole, fraction, n.point || n.comma):
		n.value = exactNumber(cell[0] == '-', whole, fraction)
		n.spelling = spelledShort
		if n.comma {
			n.spelling = spelledLong
		}
	default:
		n.parseLong(cell, whole)
	}
	n.grouped = len(fraction) == 3 && len(whole) >= 1 && len(whole) <= 3 && whole[0] != '0' && end == len(cell)
	return n
}

// digitsEnd returns the place after the digits that begin at start.
func digitsEnd(cell string, start int) int {
	for start < len(cell) && isDigit(cell[start]) {
		start++
	}
	return start
}

// exactNumber returns the number with these digits, at most mostExactDigits. The
// mantissa and the power of ten are exact, so that the quotient is rounded once.
func exactNumber(negative bool, whole, fraction string) float64 {
	var mantissa uint64
	for i := range len(whole) {
		mantissa = mantissa*10 + uint64(whole[i]-'0')
	}
	for i := range len(fraction) {
		mantissa = mantissa*10 + uint64(fraction[i]-'0')
	}
	x := float64(mantissa) / exactPowers[len(fraction)]
	if negative {
		return math.Copysign(x, -1) // −0 too
	}
	return x
}

// parseLong sets the value and the spelling of a number that is not in its
// shortest text.
func (n *cellNumber) parseLong(cell, whole string) {
	text := cell
	if n.comma {
		text = strings.Replace(cell, ",", ".", 1)
	}
	n.value, _ = strconv.ParseFloat(text, 64) // beyond the range it is infinite
	switch {
	case math.IsInf(n.value, 0):
		n.spelling = spelledInfinite
	case len(whole) > 1 && whole[0] == '0' && whole == cell:
		n.spelling = spelledCode
	default:
		n.spelling = spelledLong
	}
}

// isShortest reports whether formatNumber writes the number in this text, a
// decimal comma aside. It may say no where the answer is yes, which costs memory
// and nothing else.
func isShortest(cell, whole, fraction string, separated bool) bool {
	switch {
	case cell[0] == '+', whole == "", len(whole) > 1 && whole[0] == '0':
		return false
	case len(whole)+len(fraction) > mostExactDigits:
		return false
	case !separated:
		return true
	case fraction == "" || fraction[len(fraction)-1] == '0':
		return false
	}
	return whole != "0" || !strings.HasPrefix(fraction, "000000") // formatNumber has 1e-7
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isExponent reports whether the text is e, an optional sign, and digits.
func isExponent(s string) bool {
	if s[0] != 'e' && s[0] != 'E' {
		return false
	}
	s = s[1:]
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// readInfinity reads inf and infinity in any case, with an optional sign.
func readInfinity(cell string) cellNumber {
	word, sign := cell, 1
	if word != "" && (word[0] == '-' || word[0] == '+') {
		if word[0] == '-' {
			sign = -1
		}
		word = word[1:]
	}
	if strings.EqualFold(word, "inf") || strings.EqualFold(word, "infinity") {
		return cellNumber{value: math.Inf(sign), spelling: spelledInfinite}
	}
	return cellNumber{}
}

// formatNumber returns the shortest decimal text that reads back as exactly x,
// with an exponent only for numbers below 1e-6 and from 1e21 on; "" for NaN.
func formatNumber(x float64) string {
	return string(appendNumber(nil, x))
}

func appendNumber(b []byte, x float64) []byte {
	if math.IsNaN(x) {
		return b
	}
	if size := math.Abs(x); size != 0 && (size < 1e-6 || size >= 1e21) {
		return strconv.AppendFloat(b, x, 'e', -1, 64)
	}
	return strconv.AppendFloat(b, x, 'f', -1, 64)
}
