using Vesper.Numerics.Quantization.Kernels;

namespace Vesper.Numerics.Quantization;

/// <summary>
/// Blocks of 4-bit codes: 16 bytes a part, each byte with the codes of two rows, in the order in which the screen adds
/// them up. Parts are filled up to a multiple of four.
/// </summary>
internal sealed class NibbleBlocks : ProductBlocks
{
    private const int PartBytes = 16;

    public NibbleBlocks(ProductCodebooks codebooks)
        : this(codebooks, ScreenKernel.Widest(ScreenKernel.Nibbles))
    {
    }

    internal NibbleBlocks(ProductCodebooks codebooks, ScreenKernel kernel)
        : base(codebooks, kernel)
    {
    }

    public override int TableEntries => 16;

    public override int ScreenedParts => (Codebooks.Parts + 3) / 4 * 4;

    public override int BlockBytes => (PartBytes * ScreenedParts) + ScreenKernel.TermBytes;

    /// <summary>Which byte of a part's sixteen holds a slot's code, and how far up.</summary>
    public static (int Byte, int Shift) Place(int slot) => ((2 * (slot % 8)) + (slot / 8 % 2), slot / 16 * 4);

    public override float Sum(ReadOnlySpan<float> tables, ReadOnlySpan<byte> block, int slot)
    {
        (int place, int shift) = Place(slot);
        float sum = 0;
        for (; tables.Length >= 16; tables = tables[16..], block = block[PartBytes..])
        {
            sum += tables[(block[place] >> shift) & 15];
        }

        return sum;
    }

    protected override void WriteCode(Span<byte> block, int slot, ReadOnlySpan<byte> code)
    {
        (int place, int shift) = Place(slot);
        for (int part = 0; part < Codebooks.Parts; part++)
        {
            ref byte pair = ref block[(PartBytes * part) + place];
            int number = (code[part / 2] >> (4 * (part % 2))) & 15;
            pair = (byte)((pair & ~(15 << shift)) | (number << shift));
        }
    }

    protected override void ReadCode(ReadOnlySpan<byte> block, int slot, Span<byte> code)
    {
        (int place, int shift) = Place(slot);
        code[..((Codebooks.Parts + 1) / 2)].Clear();
        for (int part = 0; part < Codebooks.Parts; part++)
        {
            code[part / 2] |= (byte)(((block[(PartBytes * part) + place] >> shift) & 15) << (4 * (part % 2)));
        }
    }
}
