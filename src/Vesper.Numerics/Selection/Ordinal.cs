namespace Vesper.Numerics.Selection;

/// <summary>
/// A dense row number inside one segment, from 0. Ordinals never leave the engine; users see point ids.
/// </summary>
/// <param name="Value">The row, 0 ≤ value &lt; rows of the segment.</param>
public readonly record struct Ordinal(int Value);
