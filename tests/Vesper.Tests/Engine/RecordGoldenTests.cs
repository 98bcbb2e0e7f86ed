using System.Text;
using Vesper.Engine.Records;

namespace Vesper.Tests.Engine;

/// <summary>The bytes of log records as docs/formats/records.md draws them: what stands here is on disks.</summary>
public sealed class RecordGoldenTests
{
    private const int VectorBytes = 12;

    private const string Upsert =
        "01" + "0700000000000000" + "0000803F" + "000000C0" + "0000003F" + "07000000" + "7B2261223A317D"
        + "02" + "00112233445566778899AABBCCDDEEFF" + "00000080" + "00000000" + "FFFF7F7F" + "02000000" + "7B7D"
        + "03" + "0300" + "C3A931" + "00000000" + "00000000" + "01000000" + "02000000" + "7B7D";

    private const string Delete =
        "01" + "FFFFFFFFFFFFFFFF" + "02" + "00112233445566778899AABBCCDDEEFF" + "03" + "0300" + "C3A931";

    private const string ChangedPayload =
        "01" + "0700000000000000" + "02000000" + "7B7D"
        + "02" + "00112233445566778899AABBCCDDEEFF" + "0A000000" + "7B226B223A22C3A9227D"
        + "03" + "0300" + "C3A931" + "07000000" + "7B2261223A317D";

    private static readonly PointId Number = new(7);
    private static readonly PointId Uuid = new(new Guid("00112233-4455-6677-8899-aabbccddeeff"));
    private static readonly PointId Text = new("é1");

    private static readonly (PointId Id, float[][] Vectors, string Payload)[] Points =
    [
        (Number, [[1, -2], [0.5f]], """{"a":1}"""),
        (Uuid, [[-0f, 0], [float.MaxValue]], "{}"),
        (Text, [[0, 0], [float.Epsilon]], "{}"),
    ];

    private static readonly (PointId Id, string Payload)[] Changes =
    [
        (Number, "{}"), (Uuid, """{"k":"é"}"""), (Text, """{"a":1}"""),
    ];

    [Fact]
    public void An_upsert_has_these_bytes()
    {
        var bytes = Only(RecordType.Upsert, UpsertBatch());
        Assert.Equal(Upsert, Convert.ToHexString(bytes));
        var reader = new RecordReader(bytes, new Lsn(1));
        foreach (var (id, vectors, payload) in Points)
        {
            Assert.Equal(id, reader.ReadId());
            var expected = vectors.SelectMany(vector => vector.SelectMany(BitConverter.GetBytes));
            Assert.Equal(expected, reader.Take(VectorBytes).ToArray());
            Assert.Equal(payload, Encoding.UTF8.GetString(reader.ReadBytes(Limits.PayloadBytes)));
        }

        Assert.True(reader.AtEnd);
    }

    [Fact]
    public void A_delete_has_these_bytes()
    {
        var batch = new RecordBatch();
        PointId[] ids = [ulong.MaxValue, Uuid, Text];
        Array.ForEach(ids, batch.AddDelete);
        var bytes = Only(RecordType.Delete, batch);
        Assert.Equal(Delete, Convert.ToHexString(bytes));
        var reader = new RecordReader(bytes, new Lsn(1));
        foreach (var id in ids)
        {
            Assert.Equal(id, reader.ReadId());
        }

        Assert.True(reader.AtEnd);
    }

    [Fact]
    public void A_payload_change_has_these_bytes()
    {
        var batch = new RecordBatch();
        foreach (var (id, payload) in Changes)
        {
            batch.AddPayload(id, Encoding.UTF8.GetBytes(payload));
        }

        var bytes = Only(RecordType.Payload, batch);
        Assert.Equal(ChangedPayload, Convert.ToHexString(bytes));
        var reader = new RecordReader(bytes, new Lsn(1));
        foreach (var (id, payload) in Changes)
        {
            Assert.Equal(id, reader.ReadId());
            Assert.Equal(payload, Encoding.UTF8.GetString(reader.ReadBytes(Limits.PayloadBytes)));
        }

        Assert.True(reader.AtEnd);
    }

    [Fact]
    public void A_change_of_type_and_a_full_record_begin_a_new_one()
    {
        var batch = UpsertBatch();
        batch.AddDelete(Number);
        batch.AddPayload(Number, "{}"u8);
        var large = Encoding.UTF8.GetBytes($$"""{"t":"{{new string('x', 1_000_000)}}"}""");
        for (var at = 0; at < 5; at++)
        {
            batch.AddPayload(Uuid, large);
        }

        Assert.Equal(
            [RecordType.Upsert, RecordType.Delete, RecordType.Payload, RecordType.Payload],
            batch.Records.Select(record => record.Type));
        Assert.Equal(batch.Bytes, batch.Records.Sum(record => (long)record.Payload.WrittenCount));
    }

    [Fact]
    public void A_point_that_no_record_can_hold_is_refused()
    {
        var vectors = new ReadOnlyMemory<float>[65];
        Array.Fill(vectors, new float[Limits.Dimensions]);
        var error = Assert.Throws<LimitExceededException>(() => new RecordBatch().AddPoint(Number, vectors, "{}"u8));
        Assert.Equal("point", error.Limit);
    }

    [Theory]
    [InlineData(Upsert)]
    [InlineData(Delete)]
    [InlineData(ChangedPayload)]
    public void A_truncated_record_ends_between_two_points_or_is_damage(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        var whole = Enumerable.Range(0, bytes.Length + 1).Count(length => TryRead(bytes[..length], hex));
        Assert.Equal(4, whole);
    }

    [Theory]
    [InlineData(Upsert)]
    [InlineData(Delete)]
    [InlineData(ChangedPayload)]
    public void A_changed_record_is_read_or_is_damage(string hex)
    {
        const int Seed = 71;
        var random = new Random(Seed);
        var damaged = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = Convert.FromHexString(hex);
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var value = random.Next(3) switch { 0 => 0, 1 => 0xFF, _ => random.Next(256) };
                bytes[random.Next(bytes.Length)] = (byte)value;
            }

            damaged += TryRead(bytes, hex) ? 0 : 1;
        }

        Assert.True(damaged > 1_000, $"{damaged} found with seed {Seed}");
    }

    [Theory]
    [InlineData("00", 0)]
    [InlineData("04", 0)]
    [InlineData("03" + "0000", 1)]
    [InlineData("03" + "0100" + "FF", 1)]
    [InlineData("03" + "2400" + "30303131323233332D343435352D363637372D383839392D616162626363646465656666", 1)]
    [InlineData("03" + "0102", 3)]
    [InlineData("01" + "00", 1)]
    public void An_id_that_cannot_be_one_is_named_with_its_place(string hex, long offset)
    {
        var error = Assert.Throws<CorruptDataException>(
            () => new RecordReader(Convert.FromHexString(hex), new Lsn(9)).ReadId());
        Assert.Equal("log record 9", error.File);
        Assert.Equal(offset, error.Offset);
    }

    [Theory]
    [InlineData("FFFFFFFF")]
    [InlineData("00000080")]
    [InlineData("01001000")]
    [InlineData("03000000" + "7B7D")]
    [InlineData("030000")]
    public void A_length_beyond_the_limit_or_the_record_is_damage(string hex) => Assert.Throws<CorruptDataException>(
        () => new RecordReader(Convert.FromHexString(hex), new Lsn(9)).ReadBytes(Limits.PayloadBytes).Length);

    private static RecordBatch UpsertBatch()
    {
        var batch = new RecordBatch();
        foreach (var (id, vectors, payload) in Points)
        {
            var memory = Array.ConvertAll(vectors, vector => (ReadOnlyMemory<float>)vector);
            batch.AddPoint(id, memory, Encoding.UTF8.GetBytes(payload));
        }

        return batch;
    }

    private static byte[] Only(RecordType type, RecordBatch batch)
    {
        var (found, payload) = Assert.Single(batch.Records);
        Assert.Equal(type, found);
        Assert.Equal(payload.WrittenCount, batch.Bytes);
        return payload.WrittenSpan.ToArray();
    }

    /// <summary>Reads as replay does; false for damage. Anything else that is thrown fails the test.</summary>
    private static bool TryRead(byte[] bytes, string kind)
    {
        try
        {
            var reader = new RecordReader(bytes, new Lsn(1));
            while (!reader.AtEnd)
            {
                _ = reader.ReadId();
                if (kind == Upsert)
                {
                    _ = reader.Take(VectorBytes);
                }

                if (kind != Delete)
                {
                    _ = reader.ReadBytes(Limits.PayloadBytes);
                }
            }

            return true;
        }
        catch (CorruptDataException)
        {
            return false;
        }
    }
}
