namespace Vesper.Indexing.Ivf.Exchange;

/// <summary>
/// FNV-1a of 64 bits, as the exchange format has it: the usual prime, and an offset basis one digit shorter than the
/// textbook's. Byte by byte each step waits for the multiplication before it; <see cref="FnvBlocks"/> goes around that
/// where the processor can.
/// </summary>
internal static class Fnv1a64
{
    /// <summary>The hash of no bytes.</summary>
    public const ulong Basis = 1469598103934665603;

    public const ulong Prime = 1099511628211;

    /// <summary>Continues a hash over more bytes.</summary>
    public static ulong Append(ulong state, ReadOnlySpan<byte> bytes)
    {
        int blocks = BlocksOf(bytes);
        state = blocks == 0 ? state : FnvBlocks.Append(state, bytes[..blocks]);
        return AppendBytes(state, bytes[blocks..]);
    }

    /// <summary>Continues two hashes over the same bytes in little more than the time of one.</summary>
    public static (ulong First, ulong Second) Append(ulong first, ulong second, ReadOnlySpan<byte> bytes)
    {
        int blocks = BlocksOf(bytes);
        (first, second) = blocks == 0 ? (first, second) : FnvBlocks.Append(first, second, bytes[..blocks]);
        return AppendBytes(first, second, bytes[blocks..]);
    }

    /// <summary>The definition.</summary>
    public static ulong AppendBytes(ulong state, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            state = (state ^ value) * Prime;
        }

        return state;
    }

    /// <summary>Two at once in the time of one: the multiplications of the one fill the waits of the other.</summary>
    public static (ulong First, ulong Second) AppendBytes(ulong first, ulong second, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            first = (first ^ value) * Prime;
            second = (second ^ value) * Prime;
        }

        return (first, second);
    }

    private static int BlocksOf(ReadOnlySpan<byte> bytes) =>
        FnvBlocks.IsSupported ? bytes.Length & -FnvBlocks.BlockBytes : 0;
}
