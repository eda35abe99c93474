package datasets

import "slices"

// missingTokens are the texts of a missing cell besides the empty one. "Na" is
// not among them: it is sodium.
var missingTokens = []string{
	"NA", "na", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NAN", "-nan", "-NaN",
	"null", "NULL", "Null", "none", "None", "NONE", "?", "-",
}

// MissingTokens returns the texts that ReadCSV takes for a missing cell by
// default, besides the empty one: NA, N/A, NaN, null, none, ? and -, and other
// common spellings of them.
func MissingTokens() []string { return slices.Clone(missingTokens) }

// tokenSet tells missing cells from others at little cost per cell.
type tokenSet struct {
	tokens map[string]bool
	first  [256]bool // first bytes of tokens
	most   int       // length of the longest token
}

func newTokenSet(tokens []string) *tokenSet {
	s := &tokenSet{tokens: make(map[string]bool, len(tokens))}
	for _, token := range tokens {
		if token != "" {
			s.tokens[token] = true
			s.first[token[0]] = true
			s.most = max(s.most, len(token))
		}
	}
	return s
}

func (s *tokenSet) has(cell string) bool {
	return cell == "" || len(cell) <= s.most && s.first[cell[0]] && s.tokens[cell]
}
