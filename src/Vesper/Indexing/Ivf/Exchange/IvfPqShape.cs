namespace Vesper.Indexing.Ivf.Exchange;

/// <summary>The numbers that every size in an exchange file follows from.</summary>
/// <param name="Dimensions">Of a vector, ≥ 1.</param>
/// <param name="Lists">Coarse centroids and inverted lists, ≥ 1.</param>
/// <param name="Parts">Bytes of a code, ≥ 1; divides the dimensions.</param>
/// <param name="Bits">A codebook has 2^Bits entries, 1 to 8: the format gives a part one byte, never less.</param>
internal readonly record struct IvfPqShape(int Dimensions, int Lists, int Parts, int Bits)
{
    /// <summary>The widest codes: one byte each.</summary>
    public const int BitsMax = 8;

    /// <summary>Dimensions of one part.</summary>
    public int PartDimensions => Dimensions / Parts;

    /// <summary>The largest code.</summary>
    public byte CodeMax => (byte)((1 << Bits) - 1);

    /// <summary>Bytes of an id and its code.</summary>
    public long EntryBytes => sizeof(ulong) + (long)Parts;

    /// <summary>Numbers in the coarse centroids.</summary>
    public long CentroidValues => (long)Lists * Dimensions;

    /// <summary>Numbers in the codebooks.</summary>
    public long CodebookValues => (long)Dimensions << Bits;

    /// <summary>Numbers in the rotation.</summary>
    public long RotationValues => (long)Dimensions * Dimensions;

    /// <summary>What is wrong with the numbers, or null.</summary>
    public string? Problem =>
        Dimensions < 1 ? "at least one dimension"
        : Lists < 1 ? "at least one list"
        : Parts < 1 || Dimensions % Parts != 0 ? "a number of parts that divides the dimensions"
        : Bits is < 1 or > BitsMax ? $"1 to {BitsMax} bits a part"
        : null;

    /// <summary>Bytes of the lists, their count and lengths included; wide, as a file may claim any count.</summary>
    public UInt128 ListBytes(ulong vectors) =>
        sizeof(uint) + ((UInt128)(uint)Lists * sizeof(ulong)) + ((UInt128)vectors * (ulong)EntryBytes);

    /// <summary>The four numbers alone: what follows from them need not exist.</summary>
    public override string ToString() => $"{Dimensions} dimensions, {Lists} lists, {Parts} parts of {Bits} bits";
}
