namespace Vesper.Numerics.Quantization.RaBitQ;

/// <summary>
/// How 16 numbers of some bits are taken from as many bytes at once: where each lies, and which bits are its own.
/// They are not shifted down; the query's weights are scaled instead.
/// </summary>
internal sealed class ExtraPlaces
{
    /// <summary>Dimensions of a group.</summary>
    public const int GroupSize = 16;

    private const byte None = 128;

    private readonly byte[] _bytes = new byte[GroupSize * sizeof(int)];
    private readonly int[] _masks = new int[GroupSize];
    private readonly float[] _scales = new float[GroupSize];

    public ExtraPlaces(int bits)
    {
        Array.Fill(_bytes, None);
        for (int i = 0; i < GroupSize; i++)
        {
            int bit = i * bits;
            _bytes[i * sizeof(int)] = (byte)(bit / 8);
            if (bit % 8 + bits > 8)
            {
                _bytes[i * sizeof(int) + 1] = (byte)(bit / 8 + 1);
            }

            _masks[i] = ((1 << bits) - 1) << (bit % 8);
            _scales[i] = 1f / (1 << (bit % 8));
        }
    }

    /// <summary>Four bytes for each number: which of the group's 16 bytes, 128 for none.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The bits of each number.</summary>
    public ReadOnlySpan<int> Masks => _masks;

    /// <summary>What takes each number down to its lowest bit.</summary>
    public ReadOnlySpan<float> Scales => _scales;
}
