package datasets

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
)

// Tokenize describes how texts become indices. The zero value makes a token of each
// run of letters, digits, marks and apostrophes, in lower case.
type Tokenize struct {
	// Characters makes a token of every character, spaces and signs included.
	Characters bool
	// KeepCase leaves capital letters as they are.
	KeepCase bool
	// Signs makes tokens of characters that are neither in words nor spaces, which
	// otherwise only end words.
	Signs bool
	// MinCount leaves out tokens that occur less often; 0 means 1.
	MinCount int
	// MaxTokens is the most tokens to keep, the most frequent ones; 0: all.
	MaxTokens int
}

// The first indices of a [Vocabulary].
const (
	PaddingIndex = 0 // no token: what an Embedding with MaskZero leaves out
	UnknownIndex = 1 // a token that Fit did not see, or left out
)

// Vocabulary gives an index to each token that [Tokenize] found: 2 for the most
// frequent, and so on, earlier texts first among equals. It does not change;
// several goroutines may use it at once. It is written to JSON and read back.
type Vocabulary struct {
	tokenize Tokenize
	tokens   []string
	index    map[string]int
}

// Fit learns the tokens of the texts, which should be those to train with alone. It
// fails if a number is negative or if there are no tokens.
func (t Tokenize) Fit(texts []string) (*Vocabulary, error) {
	if t.MinCount < 0 || t.MaxTokens < 0 {
		return nil, fmt.Errorf("datasets: tokens with MinCount %d and MaxTokens %d, want at least 0", t.MinCount, t.MaxTokens)
	}
	counts := map[string]int{}
	for _, text := range texts {
		for _, token := range t.Split(text) {
			counts[token]++
		}
	}
	var tokens []string
	for token, n := range counts {
		if n >= t.MinCount {
			tokens = append(tokens, token)
		}
	}
	slices.SortFunc(tokens, func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	if t.MaxTokens > 0 && len(tokens) > t.MaxTokens {
		tokens = tokens[:t.MaxTokens]
	}
	if len(tokens) == 0 {
		return nil, fmt.Errorf("datasets: no tokens in %s", count(len(texts), "text"))
	}
	return newVocabulary(t, tokens), nil
}

func newVocabulary(t Tokenize, tokens []string) *Vocabulary {
	v := &Vocabulary{tokenize: t, tokens: tokens, index: make(map[string]int, len(tokens))}
	for i, token := range tokens {
		v.index[token] = i + UnknownIndex + 1
	}
	return v
}

// Split returns the tokens of a text. What is not UTF-8 in it becomes "�".
func (t Tokenize) Split(text string) (tokens []string) {
	text = strings.ToValidUTF8(text, string(unicode.ReplacementChar))
	if !t.KeepCase {
		text = strings.ToLower(text)
	}
	if t.Characters {
		return strings.Split(text, "")
	}
	begin := -1
	for i, r := range text {
		if inWord(r) {
			if begin < 0 {
				begin = i
			}
			continue
		}
		if begin >= 0 {
			tokens, begin = append(tokens, text[begin:i]), -1
		}
		if t.Signs && !unicode.IsSpace(r) {
			tokens = append(tokens, string(r))
		}
	}
	if begin >= 0 {
		tokens = append(tokens, text[begin:])
	}
	return tokens
}

// inWord reports whether a character belongs to a word.
func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '\'' || r == '’'
}

// Size returns the number of indices, padding and unknown included: the Vocabulary
// of an Embedding.
func (v *Vocabulary) Size() int { return len(v.tokens) + UnknownIndex + 1 }

// Tokens returns the tokens in the order of their indices, from 2 on.
func (v *Vocabulary) Tokens() []string { return slices.Clone(v.tokens) }

// Indices returns the indices of a text's tokens.
func (v *Vocabulary) Indices(text string) []int {
	var out []int
	for _, token := range v.tokenize.Split(text) {
		i, known := v.index[token]
		if !known {
			i = UnknownIndex
		}
		out = append(out, i)
	}
	return out
}

// Sequences returns the indices of texts as examples to pad.
func (v *Vocabulary) Sequences(texts []string) *Sequences {
	s := &Sequences{Steps: make([][]float32, len(texts))}
	for i, text := range texts {
		for _, k := range v.Indices(text) {
			s.Steps[i] = append(s.Steps[i], float32(k))
		}
	}
	return s
}

// Text returns the tokens of indices, separated by spaces unless they are
// characters. Padding is left out; an unknown token is "�", and so is an index out
// of range.
func (v *Vocabulary) Text(indices []int) string {
	var tokens []string
	for _, i := range indices {
		switch k := i - UnknownIndex - 1; {
		case i == PaddingIndex:
		case k >= 0 && k < len(v.tokens):
			tokens = append(tokens, v.tokens[k])
		default:
			tokens = append(tokens, string(unicode.ReplacementChar))
		}
	}
	if v.tokenize.Characters {
		return strings.Join(tokens, "")
	}
	return strings.Join(tokens, " ")
}

// ReadLines reads a text of UTF-8 or UTF-16, as [ReadCSV] recognizes it, and returns
// its lines without their ends; blank lines are left out. It fails on text that is
// not UTF-8, on a line beyond 16 MiB, and if there is no line.
func ReadLines(r io.Reader) ([]string, error) {
	in, err := openText(r)
	if err != nil {
		return nil, fmt.Errorf("datasets: %w", err)
	}
	return scanLines(in)
}

// vocabularyJSON is the stored form of a Vocabulary.
type vocabularyJSON struct {
	Tokenize Tokenize `json:"tokenize"`
	Tokens   []string `json:"tokens"`
}

// MarshalJSON writes the vocabulary.
func (v *Vocabulary) MarshalJSON() ([]byte, error) {
	return json.Marshal(vocabularyJSON{v.tokenize, v.tokens})
}

// UnmarshalJSON reads a vocabulary, and refuses one with a token that is empty or
// there twice.
func (v *Vocabulary) UnmarshalJSON(b []byte) error {
	var s vocabularyJSON
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	read := newVocabulary(s.Tokenize, s.Tokens)
	if _, empty := read.index[""]; empty || len(read.index) != len(s.Tokens) || len(s.Tokens) == 0 {
		return fmt.Errorf("datasets: a vocabulary with no tokens, an empty token, or one twice")
	}
	*v = *read
	return nil
}
