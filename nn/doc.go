// Package nn has layers, and what their weights start from and are held to:
// initializers, penalties and constraints.
//
// A layer is described by a plain value, as Dense{Units: 25}, whose zero fields
// mean documented defaults. [Layer.Build] checks it against the shapes of its
// inputs and makes the [Op] at work. Shapes are those of one row: the axis of the
// rows is not part of them.
//
// Where a field names an axis, axes are numbered as in Keras: 1 is the first axis
// of a row and −1 the last; 0, which Keras gives to the axis of the rows, means
// the field's default.
package nn
