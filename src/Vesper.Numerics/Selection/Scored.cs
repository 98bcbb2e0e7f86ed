namespace Vesper.Numerics.Selection;

/// <summary>A row and its distance (smaller is nearer).</summary>
public readonly record struct Scored(float Distance, Ordinal Ordinal);
