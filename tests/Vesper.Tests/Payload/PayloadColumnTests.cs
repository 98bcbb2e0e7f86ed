using System.Text;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;
using Vesper.Payloads;
using Vesper.Storage.Formats;

namespace Vesper.Tests.Payloads;

public sealed class PayloadColumnTests
{
    private const int Seed = 1302;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(700)]
    public void TextsComeBack(int count)
    {
        var texts = RandomTexts(count, Seed);
        using var file = Sealed(texts);
        var reader = file.Owned(PayloadColumnReader.Open(file.Reader, count, file.Scope));
        var writer = file.Owned(new PayloadColumnWriter(file.Scope));
        foreach (var text in texts)
        {
            writer.Append(text);
        }

        reader.Verify();
        Assert.Equal(texts.Sum(static text => text.Length), writer.Bytes);
        foreach (var column in new IPayloadColumn[] { writer, reader })
        {
            Assert.Equal(count, column.Count);
            for (var row = 0; row < count; row++)
            {
                Assert.Equal(texts[row], column[new Ordinal(row)].ToArray());
            }
        }
    }

    [Fact]
    public void LargestPayloadFits()
    {
        var scope = new MemoryScope("test");
        using (var writer = new PayloadColumnWriter(scope))
        {
            var large = Text(Limits.PayloadBytes);
            writer.Append("{}"u8);
            writer.Append(large);
            writer.Append("{}"u8);
            Assert.Equal(large, writer[new Ordinal(1)].ToArray());
            Assert.Equal("{}"u8.ToArray(), writer[new Ordinal(2)].ToArray());
        }

        Assert.Equal(0, scope.Bytes);
    }

    [Fact]
    public async Task ReadersBesideTheWriterSeeWholeTexts()
    {
        var texts = RandomTexts(3_000, Seed);
        using var column = new PayloadColumnWriter(new MemoryScope("test"));
        var reading = Task.WhenAll(Enumerable.Range(0, 3).Select(reader => Task.Run(() =>
        {
            var random = new Random(reader);
            for (var count = 0; count < texts.Count;)
            {
                count = column.Count;
                var row = count == 0 ? 0 : random.Next(count);
                Assert.True(count == 0 || column[new Ordinal(row)].SequenceEqual(texts[row]), $"row {row}");
            }
        })));
        foreach (var text in texts)
        {
            column.Append(text);
        }

        await reading;
    }

    [Fact]
    public void MutatedContentIsDamageOrTheRightTexts()
    {
        var texts = RandomTexts(40, Seed);
        using var file = Sealed(texts);
        var random = new Random(Seed);
        for (var i = 0; i < 400; i++)
        {
            var key =
                new SectionKey(random.Next(4) == 0 ? PayloadSections.PayloadText : PayloadSections.PayloadOffsets);
            using var mutated = file.With(key, Mutation.Apply(file.Bytes(key), random));
            var isOffsets = key.Type == PayloadSections.PayloadOffsets;
            try
            {
                var column = mutated.Owned(PayloadColumnReader.Open(mutated.Reader, texts.Count, mutated.Scope));
                column.Verify();
                for (var row = 0; row < texts.Count; row++)
                {
                    // Other text that is a payload cannot be told from the right one.
                    var text = column[new Ordinal(row)];
                    Assert.True(
                        isOffsets ? text.SequenceEqual(texts[row]) : Payload.IsValid(text, out _), $"seed {Seed}, {i}");
                }
            }
            catch (CorruptDataException)
            {
            }
        }
    }

    private static SegmentFile Sealed(List<byte[]> texts) => new(segment =>
    {
        using var builder = new PayloadColumnBuilder(segment);
        foreach (var text in texts)
        {
            builder.Append(text);
        }

        builder.Finish();
    });

    private static List<byte[]> RandomTexts(int count, int seed)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, count);
        return [.. rows.Select(row => row % 7 == 0 ? "{}"u8.ToArray() : Text(random.Next(9, 3_000)))];
    }

    private static byte[] Text(int bytes) => Encoding.UTF8.GetBytes("{\"a\":\"" + new string('x', bytes - 8) + "\"}");
}
