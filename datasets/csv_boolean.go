package datasets

import "strings"

// booleanWords are the pairs of texts for false and true.
var booleanWords = [...][2]string{{"false", "true"}, {"no", "yes"}, {"f", "t"}, {"n", "y"}, {"off", "on"}}

// booleanWord returns the pair that the text belongs to, in any case, and its
// truth value.
func booleanWord(text string) (pair int, value, ok bool) {
	if len(text) > len("false") {
		return 0, false, false
	}
	for i, words := range booleanWords {
		for v, word := range words {
			if strings.EqualFold(text, word) {
				return i, v == 1, true
			}
		}
	}
	return 0, false, false
}

// impliesBoolean reports whether a column with these levels, all of them boolean
// words, was meant as boolean. A single letter alone, such as F in a column of
// sexes or grades, is no proof.
func impliesBoolean(levels []string) bool {
	return len(levels) > 1 || len(levels) == 1 && len(levels[0]) > 1
}

// toBoolean returns a column of texts as a boolean one, or nil and the first row
// whose text is not a boolean word. The levels are the words that the column
// uses, or "false" and "true" if it uses several for one value.
func toBoolean(c *Column) (*Column, int) {
	values, words, mixed := booleanLevels(c.levels)
	out := &Column{name: c.name, kind: Boolean, codes: make([]int32, len(c.codes)), levels: words[:]}
	for row, code := range c.codes {
		out.codes[row] = -1
		if code >= 0 {
			if values[code] < 0 {
				return nil, row
			}
			out.codes[row] = values[code]
		}
	}
	if mixed {
		out.levels = []string{"false", "true"}
		out.spelled = spell(c)
	}
	return out, 0
}

// booleanLevels returns the truth value of each level, −1 for other texts, and the
// words for false and true, a word that does not occur being the partner of the
// other. Mixed means that one value has several words.
func booleanLevels(levels []string) (values []int32, words [2]string, mixed bool) {
	partners := booleanWords[0]
	values = make([]int32, len(levels))
	for i, level := range levels {
		pair, truth, ok := booleanWord(level)
		if !ok {
			values[i] = -1
			continue
		}
		if truth {
			values[i] = 1
		}
		mixed = mixed || words[values[i]] != ""
		words[values[i]] = level
		other := 1 - values[i]
		partners[other] = sameCase(booleanWords[pair][other], level)
	}
	for v := range words {
		if words[v] == "" {
			words[v] = partners[v]
		}
	}
	return values, words, mixed
}

// spell returns the texts of a column of levels.
func spell(c *Column) *cells {
	out := &cells{}
	for row := range c.codes {
		out.add(c.Text(row))
	}
	return out
}

// sameCase writes a lower-case word as the model is written: YES for NO, Yes for No.
func sameCase(word, model string) string {
	switch model {
	case strings.ToLower(model):
		return word
	case strings.ToUpper(model):
		return strings.ToUpper(word)
	}
	return strings.ToUpper(word[:1]) + word[1:]
}
