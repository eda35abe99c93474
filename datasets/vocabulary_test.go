package datasets_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/datasets"
)

func TestTokenize(t *testing.T) {
	for _, c := range []struct {
		tokenize datasets.Tokenize
		text     string
		want     []string
	}{
		{datasets.Tokenize{}, "The cat’s 2 hats; the CAT!", []string{"the", "cat’s", "2", "hats", "the", "cat"}},
		{datasets.Tokenize{KeepCase: true}, "Ein Äpfelchen", []string{"Ein", "Äpfelchen"}},
		{datasets.Tokenize{Signs: true}, "no, yes?! x", []string{"no", ",", "yes", "?", "!", "x"}},
		{datasets.Tokenize{Characters: true}, "Aé b", []string{"a", "é", " ", "b"}},
		{datasets.Tokenize{}, "a\xffb", []string{"a", "b"}},
		{datasets.Tokenize{Characters: true}, "a\xff", []string{"a", "�"}},
		{datasets.Tokenize{}, " ", nil},
		{datasets.Tokenize{Characters: true}, "", nil},
	} {
		if got := c.tokenize.Split(c.text); !slices.Equal(got, c.want) {
			t.Errorf("%+v of %q: %q, want %q", c.tokenize, c.text, got, c.want)
		}
	}
}

func TestVocabulary(t *testing.T) {
	texts := []string{"b a c", "a b", "a d"}
	for _, c := range []struct {
		tokenize datasets.Tokenize
		tokens   []string
		indices  []int // of "a d e b"
		text     string
	}{
		{datasets.Tokenize{}, []string{"a", "b", "c", "d"}, []int{2, 5, 1, 3}, "a d � b"},
		{datasets.Tokenize{MinCount: 2}, []string{"a", "b"}, []int{2, 1, 1, 3}, "a � � b"},
		{datasets.Tokenize{MaxTokens: 3}, []string{"a", "b", "c"}, []int{2, 1, 1, 3}, "a � � b"},
		{datasets.Tokenize{Characters: true, MaxTokens: 2}, []string{" ", "a"}, []int{3, 2, 1, 2, 1, 2, 1}, "a � � �"},
	} {
		v, err := c.tokenize.Fit(texts)
		if err != nil {
			t.Fatal(err)
		}
		indices := v.Indices("a d e b")
		if !slices.Equal(v.Tokens(), c.tokens) || !slices.Equal(indices, c.indices) || v.Size() != len(c.tokens)+2 {
			t.Errorf("%+v: tokens %q, size %d, indices %v, want %q and %v", c.tokenize, v.Tokens(), v.Size(), indices, c.tokens, c.indices)
		}
		if got := v.Text(append(indices, datasets.PaddingIndex)); got != c.text {
			t.Errorf("%+v: the text is %q, want %q", c.tokenize, got, c.text)
		}
		b, err := json.Marshal(v)
		var back datasets.Vocabulary
		if err == nil {
			err = json.Unmarshal(b, &back)
		}
		if err != nil || !slices.Equal(back.Indices("a d e b"), c.indices) {
			t.Errorf("%+v: stored as %s it comes back as %v, %v", c.tokenize, b, back, err)
		}
	}
}

func TestVocabularyFails(t *testing.T) {
	for want, f := range map[string]func() error{
		"no tokens in 1 text":            func() error { _, err := datasets.Tokenize{}.Fit([]string{"?"}); return err },
		"no tokens in 2 texts":           func() error { _, err := datasets.Tokenize{MinCount: 3}.Fit([]string{"a", "a"}); return err },
		"MinCount -1":                    func() error { _, err := datasets.Tokenize{MinCount: -1}.Fit([]string{"a"}); return err },
		"no tokens, an empty token, or":  func() error { return json.Unmarshal([]byte(`{"tokens":["a","a"]}`), new(datasets.Vocabulary)) },
		"no tokens, an empty token, or ": func() error { return json.Unmarshal([]byte(`{"tokens":[""]}`), new(datasets.Vocabulary)) },
		"an empty token, or one twice":   func() error { return json.Unmarshal([]byte(`{}`), new(datasets.Vocabulary)) },
		"cannot unmarshal":               func() error { return json.Unmarshal([]byte(`{"tokens":3}`), new(datasets.Vocabulary)) },
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
}

func TestReadLines(t *testing.T) {
	for text, want := range map[string][]string{
		"a\nb c\r\n\n  \nd":        {"a", "b c", "d"},
		"\xef\xbb\xbfa":            {"a"},
		"\xff\xfea\x00\n\x00b\x00": {"a", "b"},
	} {
		if got, err := datasets.ReadLines(strings.NewReader(text)); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v, want %q", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"":                                   "the file is empty",
		"\n\n":                               "the text has no lines",
		"a\n\xff":                            "line 2 is not UTF-8 text",
		"PK\x03\x04":                         "zip archive",
		strings.Repeat("a", 16<<20+1) + "\n": "a line longer than 16 MiB",
	} {
		if _, err := datasets.ReadLines(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.9q: error %v, want %q", text, err, want)
		}
	}
}

func FuzzVocabulary(f *testing.F) {
	f.Add("a b a", []byte(`{"tokenize":{"Signs":true},"tokens":["a","b"]}`), true)
	f.Add("\xff ", []byte(`{"tokens":[]}`), false)
	f.Fuzz(func(t *testing.T, text string, stored []byte, characters bool) {
		tokenize := datasets.Tokenize{Characters: characters, Signs: true, KeepCase: true}
		if lines, err := datasets.ReadLines(strings.NewReader(text)); err == nil && len(lines) == 0 {
			t.Error("no lines and no error")
		}
		if v, err := tokenize.Fit([]string{text}); err == nil {
			indices := v.Indices(text)
			if slices.Contains(indices, datasets.UnknownIndex) || slices.Max(indices) >= v.Size() {
				t.Errorf("indices %v of the text itself, size %d", indices, v.Size())
			}
			b, err := json.Marshal(v)
			var back datasets.Vocabulary
			if err == nil {
				err = json.Unmarshal(b, &back)
			}
			if err != nil || !slices.Equal(back.Indices(text), indices) {
				t.Errorf("%s comes back with indices %v, %v; they were %v", b, back.Indices(text), err, indices)
			}
		}
		var v datasets.Vocabulary
		if err := json.Unmarshal(stored, &v); err == nil {
			v.Text(v.Indices(text))
		}
	})
}

// Lines become indices, and these arrays of one length with a mask.
func ExampleVocabulary() {
	lines, err := datasets.ReadLines(strings.NewReader("good film\nbad film, bad plot\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	words, err := datasets.Tokenize{}.Fit(lines)
	if err != nil {
		fmt.Println(err)
		return
	}
	padded, err := datasets.Pad{Length: 5}.Apply(words.Sequences(append(lines, "good music")))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(words.Tokens(), words.Size())
	for i := range padded.Rows() {
		fmt.Println(padded.Inputs[0].Row(i), padded.Masks[0].Row(i))
	}
	// Output:
	// [bad film good plot] 6
	// [4 3 0 0 0] [1 1 0 0 0]
	// [2 3 2 5 0] [1 1 1 1 0]
	// [4 1 0 0 0] [1 1 0 0 0]
}
