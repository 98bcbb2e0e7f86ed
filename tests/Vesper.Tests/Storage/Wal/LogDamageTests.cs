using System.Buffers.Binary;
using Vesper.Storage.Wal;

namespace Vesper.Tests.Storage.Wal;

/// <summary>Flipped bits and forged fields: a typed refusal or the right records, never anything else.</summary>
public sealed class LogDamageTests
{
    [Fact]
    public void One_flipped_bit_anywhere_in_a_closed_log_is_refused_or_changes_nothing()
    {
        WalBed bed = Specimen(close: true);
        int refused = FlipEachByte(bed, (flipped, lastLsn) =>
        {
            flipped.ExpectReplayed(1, 11);
            Assert.Equal(11UL, lastLsn);
        });
        Assert.True(refused > 2 * 4096, $"only {refused} refused");
    }

    [Fact]
    public void One_flipped_bit_anywhere_in_an_open_log_costs_at_most_the_last_group()
    {
        WalBed bed = Specimen(close: false);
        FlipEachByte(bed, (flipped, lastLsn) =>
        {
            Assert.True(lastLsn is 11 or 8, $"ended at {lastLsn}");
            flipped.ExpectReplayed(1, lastLsn);
        });
    }

    [Theory]
    [InlineData(RecoveryMode.Strict)]
    [InlineData(RecoveryMode.Prefix)]
    [InlineData(RecoveryMode.Salvage)]
    public void Forged_fields_with_right_checksums_never_break_anything(RecoveryMode recovery)
    {
        for (int seed = 0; seed < 600; seed++)
        {
            WalBed bed = Specimen(close: seed % 2 == 0);
            Forge(bed, new Random(seed));
            bed.Recovery = recovery;
            try
            {
                bed.Replay();
                bed.Replay();
            }
            catch (Exception error) when (error is CorruptDataException or FormatVersionException)
            {
                Assert.NotEmpty(error.Message);
            }
            catch (Exception error)
            {
                Assert.Fail($"seed {seed}: {error}");
            }

            WalVerifier.Verify(bed.Options, bed.Request, _ => { });
        }
    }

    [Fact]
    public void A_swapped_record_with_right_checksums_breaks_the_chain()
    {
        WalBed bed = Specimen(close: true);
        byte[] bytes = bed.Simulated.Get(bed.SegmentPath(2));
        int at = (int)LogBytes.OffsetOf(bytes, lsn: 6);
        bytes[at + 32] ^= 1;
        LogBytes.SealRecord(bytes, at, chain: false);
        bed.Simulated.Put(bed.SegmentPath(2), bytes);
        CorruptDataException error = Assert.Throws<CorruptDataException>(() => bed.Replay());
        Assert.Equal(at, error.Offset);
    }

    [Fact]
    public void Padding_is_zero_or_the_record_is_damaged()
    {
        WalBed bed = Specimen(close: true);
        RecoveryTableTests.Flip(bed, 1, RecoveryTableTests.At(bed, 1, lsn: 3) + 32 + 6);
        Assert.Throws<CorruptDataException>(() => bed.Replay());
    }

    [Fact]
    public void A_marker_that_closes_another_group_closes_none()
    {
        WalBed bed = Specimen(close: false);
        byte[] bytes = bed.Simulated.Get(bed.SegmentPath(3));
        int at = LogBytes.Records(bytes)[^1];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at + 32), 10);
        LogBytes.SealRecord(bytes, at, chain: true);
        bed.Simulated.Put(bed.SegmentPath(3), bytes);
        bed.Replay();
        bed.ExpectReplayed(1, 8);
    }

    [Fact]
    public void Random_damage_is_survived_by_salvage_and_then_the_log_is_sound()
    {
        for (int seed = 0; seed < 600; seed++)
        {
            var random = new Random(seed);
            WalBed bed = Specimen(close: true);
            byte[] bytes = bed.Simulated.Get(bed.SegmentPath(1 + random.Next(3)));
            for (int hits = random.Next(1, 4); hits > 0; hits--)
            {
                random.NextBytes(bytes.AsSpan(random.Next(bytes.Length - 16), random.Next(1, 16)));
            }

            bed.Simulated.Put(bed.SegmentPath(1 + (seed % 3)), bytes);
            bed.Recovery = RecoveryMode.Salvage;
            bed.Replay();
            LoggedRecord[] salvaged = [.. bed.Replayed];
            Assert.Equal(WalBed.LsnRange(1, (ulong)salvaged.Length), salvaged.Select(record => record.Lsn));
            bed.Recovery = RecoveryMode.Strict;
            bed.Replay();
            Assert.True(salvaged.SequenceEqual(bed.Replayed), $"seed {seed}");
        }
    }

    [Fact]
    public void The_check_names_every_place_and_finds_nothing_in_a_sound_log()
    {
        WalBed bed = Specimen(close: true);
        List<CheckProblem> problems = Check(bed);
        Assert.Empty(problems);

        long first = RecoveryTableTests.At(bed, 1, lsn: 2);
        long second = RecoveryTableTests.At(bed, 2, lsn: 6);
        RecoveryTableTests.Flip(bed, 1, first + 33);
        RecoveryTableTests.Flip(bed, 2, second + 9);
        problems = Check(bed);
        Assert.Contains(problems, problem => problem.File == bed.SegmentPath(1) && problem.Offset == first);
        Assert.Contains(problems, problem => problem.File == bed.SegmentPath(2) && problem.Offset == second);

        bed = Specimen(close: false);
        bed.Simulated.Put(bed.SegmentPath(3), bed.Simulated.Get(bed.SegmentPath(3))[..^1]);
        Assert.Empty(Check(bed));
    }

    private static List<CheckProblem> Check(WalBed bed)
    {
        List<CheckProblem> problems = [];
        int operations = bed.Simulated.Operations;
        WalVerifier.Verify(bed.Options, bed.Request, problems.Add);
        Assert.Equal(operations, bed.Simulated.Operations);
        return problems;
    }

    /// <summary>Three segments: LSNs 1–4, 5–7 and 8, then a group of 9–11 in the last one.</summary>
    private static WalBed Specimen(bool close)
    {
        var bed = new WalBed();
        using WriteAheadLog log = bed.Open();
        WalBed.Write(log, 2);
        WalBed.Write(log, 2, payloadBytes: 5);
        log.Rotate();
        WalBed.Write(log, 3, payloadBytes: 11);
        log.Rotate();
        WalBed.Write(log, 1, payloadBytes: 64);
        WalBed.Write(log, 3);
        if (close)
        {
            log.Close();
        }

        return bed;
    }

    private static int FlipEachByte(WalBed bed, Action<WalBed, ulong> expect)
    {
        int refused = 0;
        for (long number = 1; number <= 3; number++)
        {
            byte[] whole = bed.Simulated.Get(bed.SegmentPath(number));
            for (int at = 0; at < whole.Length; at++)
            {
                var files = new SimulatedFileSystem();
                foreach ((string path, SimulatedInode inode) in bed.Simulated.Names)
                {
                    files.Put(path, inode.Cached.ToArray());
                }

                byte[] flipped = whole.ToArray();
                flipped[at] ^= (byte)(1 << (at % 8));
                files.Put(bed.SegmentPath(number), flipped);
                WalBed other = bed.On(files);
                try
                {
                    using WriteAheadLog log = other.Open();
                    expect(other, log.LastLsn.Value);
                }
                catch (CorruptDataException)
                {
                    Assert.Empty(other.Replayed);
                    refused++;
                }
            }
        }

        return refused;
    }

    private static void Forge(WalBed bed, Random random)
    {
        string path = bed.SegmentPath(1 + random.Next(3));
        byte[] bytes = bed.Simulated.Get(path);
        if (random.Next(3) == 0)
        {
            int[] fields = [8, 10, 44, 52, 60, 68, 72, 76, 84];
            Overwrite(bytes.AsSpan(fields[random.Next(fields.Length)]), random);
            LogBytes.SealSegmentHeader(bytes);
        }
        else
        {
            List<int> records = LogBytes.Records(bytes);
            int at = records[random.Next(records.Count)];
            int[] fields = [0, 4, 5, 6, 8, 16, 32, 40, 48];
            Overwrite(bytes.AsSpan(Math.Min(at + fields[random.Next(fields.Length)], bytes.Length - 8)), random);
            LogBytes.SealRecord(bytes, at, chain: random.Next(2) == 0);
        }

        bed.Simulated.Put(path, bytes);
    }

    private static void Overwrite(Span<byte> field, Random random)
    {
        ulong[] values = [0, 1, ulong.MaxValue, 1UL << 31, long.MaxValue, 0xF0, 0xF1, 0xF7, 16 << 20, 1UL << 62];
        ulong value = values[random.Next(values.Length)];
        switch (random.Next(4))
        {
            case 0:
                field[0] = (byte)value;
                break;
            case 1:
                BinaryPrimitives.WriteUInt16LittleEndian(field, (ushort)value);
                break;
            case 2:
                BinaryPrimitives.WriteUInt32LittleEndian(field, (uint)value);
                break;
            default:
                BinaryPrimitives.WriteUInt64LittleEndian(field, value);
                break;
        }
    }
}
