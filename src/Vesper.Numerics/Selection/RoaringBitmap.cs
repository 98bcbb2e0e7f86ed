namespace Vesper.Numerics.Selection;

/// <summary>
/// An immutable compressed set of non-negative 32-bit ordinals in containers of 2^16 (array, bitmap or run, whichever is smallest).
/// Chambi, Lemire, Kaser, Godin: "Better bitmap performance with Roaring bitmaps" (2016); runs: Lemire, Ssi-Yan-Kai, Kaser (2016).
/// Serialized in the published Roaring format (RoaringFormatSpec), little-endian.
/// </summary>
public sealed class RoaringBitmap
{
    /// <summary>From strictly ascending values.</summary>
    public static RoaringBitmap FromSorted(ReadOnlySpan<int> ascending) => throw new NotImplementedException();

    /// <summary>Members.</summary>
    public int Count => throw new NotImplementedException();

    /// <summary>Whether the value is in. O(log) of a container.</summary>
    public bool Contains(int value) => throw new NotImplementedException();

    /// <summary>Adds all members to a dense set. Members ≥ its length are an error.</summary>
    public void OrInto(BitSet target) => throw new NotImplementedException();

    /// <summary>Copies the members in ascending order; returns how many.</summary>
    public int CopyTo(Span<int> target) => throw new NotImplementedException();

    /// <summary>Bytes that <see cref="WriteTo"/> needs.</summary>
    public int SerializedBytes => throw new NotImplementedException();

    /// <summary>Writes the portable form; returns bytes written.</summary>
    public int WriteTo(Span<byte> target) => throw new NotImplementedException();

    /// <summary>Reads and fully validates a serialized form (hostile input): false when anything is out of order, range or length, or a member ≥ limit.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, int limit, out RoaringBitmap? bitmap, out int bytesRead) => throw new NotImplementedException();
}
