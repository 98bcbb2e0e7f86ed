using Vesper.Storage.Formats;

namespace Vesper.Tests.Storage.Formats;

public sealed class Crc32CTests
{
    [Fact]
    public void StandardForm()
    {
        Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8));
        Assert.Equal(0u, Crc32C.Compute([]));
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Compute([.. Enumerable.Repeat((byte)0xFF, 32)]));
    }

    [Fact]
    public void AgreesWithTheBitwiseDefinitionAtAllLengthsAndCuts()
    {
        byte[] bytes = new byte[5000];
        new Random(7).NextBytes(bytes);
        for (int length = 0; length < 300; length++)
        {
            ReadOnlySpan<byte> part = bytes.AsSpan(length % 9, length);
            Assert.Equal(Bitwise(part), Crc32C.Compute(part));
            int cut = length / 3;
            Assert.Equal(Bitwise(part), Crc32C.Append(Crc32C.Compute(part[..cut]), part[cut..]));
        }

        Assert.Equal(Bitwise(bytes), Crc32C.Compute(bytes));
    }

    private static uint Bitwise(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte next in bytes)
        {
            crc ^= next;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
            }
        }

        return ~crc;
    }
}
