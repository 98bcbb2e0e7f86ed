namespace Vesper;

/// <summary>
/// A log sequence number: the position of a write in its collection's order. 0 is before the first write.
/// </summary>
/// <param name="Value">Rises by one with each logged record.</param>
public readonly record struct Lsn(ulong Value) : IComparable<Lsn>
{
    /// <inheritdoc/>
    public int CompareTo(Lsn other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Order.</summary>
    public static bool operator <(Lsn left, Lsn right) => left.Value < right.Value;

    /// <summary>Order.</summary>
    public static bool operator >(Lsn left, Lsn right) => left.Value > right.Value;

    /// <summary>Order.</summary>
    public static bool operator <=(Lsn left, Lsn right) => left.Value <= right.Value;

    /// <summary>Order.</summary>
    public static bool operator >=(Lsn left, Lsn right) => left.Value >= right.Value;
}

/// <summary>Names one segment of a collection for its life.</summary>
internal readonly record struct SegmentId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}
