package datasets

// Coding says how the levels of a Category become numbers.
type Coding uint8

// The codings of categories.
const (
	// CodeOneHot makes a column for each level, 1 in the rows with that level and
	// else 0.
	CodeOneHot Coding = iota
	// CodeOrdinal makes one column with the place of the level among the sorted
	// levels: 0, 1, 2, …. It suits levels that have an order; see Encode.Order.
	CodeOrdinal
)

var codingNames = []string{"one-hot", "ordinal"}

// String returns "one-hot" or "ordinal".
func (c Coding) String() string { return enumString("Coding", c, codingNames) }

// MarshalText returns the name of the coding.
func (c Coding) MarshalText() ([]byte, error) { return marshalEnum("coding", c, codingNames) }

// UnmarshalText takes the name of a coding; another text is an error.
func (c *Coding) UnmarshalText(text []byte) (err error) {
	*c, err = parseEnum[Coding]("coding", text, codingNames)
	return err
}

// Unseen says what happens to a level that the training rows did not have.
type Unseen uint8

// What happens to an unseen level.
const (
	// UnseenNone codes it as no level: zeros in every column of CodeOneHot, −1 in
	// CodeOrdinal. Where rare levels share a column, an unseen one belongs to them.
	UnseenNone Unseen = iota
	// UnseenError makes it an error that names the line.
	UnseenError
)

var unseenNames = []string{"none", "error"}

// String returns "none" or "error".
func (u Unseen) String() string { return enumString("Unseen", u, unseenNames) }

// MarshalText returns the name.
func (u Unseen) MarshalText() ([]byte, error) { return marshalEnum("unseen", u, unseenNames) }

// UnmarshalText takes the name; another text is an error.
func (u *Unseen) UnmarshalText(text []byte) (err error) {
	*u, err = parseEnum[Unseen]("unseen", text, unseenNames)
	return err
}
